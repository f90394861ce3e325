// What a command of `overdue` is, and how its words and flags are read.
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { parseDuration } from '../../shared/judgement/parse-policy.ts'
import { nearest } from '../../shared/nearest.ts'
import { UsageError } from './cli-error.ts'
import type { Io } from './io.ts'

export type Flags = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>

/** The words after the command, and its flags. */
export type Invocation = { words: readonly string[]; flags: Flags; io: Io }

export type Command = {
  /** Examples first: most people look for the line to copy. */
  help: string
  flags: ParseArgsOptionsConfig
  /** Flags that take a duration and mean this one without it: `--wait`, `--wait=10s` and `--wait 10s` are all good. */
  impliedDurations?: Readonly<Record<string, string>>
  /** Most words it takes. */
  wordsMax: number
  /** Resolves with the exit code. */
  run(invocation: Invocation): Promise<number>
}

/** By name, in the order in which help lists them. */
export type Commands = Readonly<Record<string, { summary: string; load: () => Promise<Command> }>>

/** Which collector, and as whom: flags of every command that asks it. */
export const CONNECTION_FLAGS = {
  url: { type: 'string' },
  'token-file': { type: 'string' },
  'ca-file': { type: 'string' },
  'allow-plain-http': { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig

export const JSON_FLAG = { json: { type: 'boolean' } } as const satisfies ParseArgsOptionsConfig

export const CONNECTION_HELP = `  --url URL  --token-file FILE  --ca-file FILE  --allow-plain-http
                     another collector than "overdue login" left (OVERDUE_URL, OVERDUE_TOKEN_FILE, OVERDUE_CA_FILE)`

/** Throws UsageError for unknown flags, missing values and words too many. */
export function readInvocation(args: readonly string[], command: Command, io: Io): Invocation {
  const { values, positionals } = parse(withImplied(args, command.impliedDurations ?? {}), command.flags)
  const [tooMany] = positionals.slice(command.wordsMax)
  if (tooMany !== undefined) throw new UsageError(`"${tooMany}" is one word too many. Quote what belongs together.`)
  return { words: positionals, flags: values, io }
}

function withImplied(args: readonly string[], implied: Readonly<Record<string, string>>): string[] {
  const result: string[] = []
  const end = args.includes('--') ? args.indexOf('--') : args.length
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? ''
    const name = at < end && word.startsWith('--') ? word.slice(2) : ''
    const next = args[at + 1] ?? ''
    if (!Object.hasOwn(implied, name)) result.push(word)
    else if (at + 1 < end && parseDuration(next) !== null) result.push(`${word}=${args[++at]}`)
    else result.push(`${word}=${implied[name]}`)
  }
  return result
}

function parse(args: readonly string[], options: ParseArgsOptionsConfig) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true })
  } catch (error) {
    throw new UsageError(explained(error, args, options))
  }
}

function explained(error: unknown, args: readonly string[], options: ParseArgsOptionsConfig): string {
  const message = error instanceof Error ? error.message : String(error)
  const known = Object.keys(options)
  const unknown = args.map((word) => /^--(?:no-)?([a-z][\w-]*)/.exec(word)?.[1]).find((name) => isUnknown(name, known))
  const guess = unknown === undefined ? null : nearest(unknown, known)
  if (guess !== null) return `There is no --${unknown}. Did you mean --${guess}?`
  return `${message.split('. ', 1)[0]?.replace(/\.$/, '')}.`
}

function isUnknown(name: string | undefined, known: readonly string[]): name is string {
  return name !== undefined && !known.includes(name)
}

export function text(flags: Flags, name: string): string | null {
  const value = flags[name]
  return typeof value === 'string' ? value : null
}

export function texts(flags: Flags, name: string): string[] {
  return [flags[name] ?? []].flat().filter((value) => typeof value === 'string')
}

export function isSet(flags: Flags, name: string): boolean {
  return flags[name] === true
}

/** A whole number from 1; null when the flag is not given. Throws UsageError. */
export function count(flags: Flags, name: string): number | null {
  const given = text(flags, name)
  if (given === null) return null
  if (/^[1-9]\d{0,8}$/.test(given)) return Number(given)
  throw new UsageError(`--${name} ${given}: write a whole number from 1.`)
}

/** At most one of these was given. Throws UsageError. */
export function requireOneOf(flags: Flags, names: readonly string[]): string | null {
  const given = names.filter((name) => flags[name] !== undefined)
  if (given.length < 2) return given[0] ?? null
  throw new UsageError(`Choose one of ${given.map((name) => `--${name}`).join(' and ')}.`)
}

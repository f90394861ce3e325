// Flags, read by Node's own parser; what is wrong with them is said in one sentence.
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { SETTINGS, type SettingKey } from '../config-settings.ts'
import type { ConfigSources } from '../config.ts'
import { UsageError } from './command.ts'

export type Flags = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>

/** Flags of every command that opens the store. */
export const STORE_FLAGS = {
  config: { type: 'string' },
  'data-dir': { type: 'string' },
  json: { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig

/** Throws UsageError for unknown flags, missing values and words too many. */
export function readFlags(args: readonly string[], options: ParseArgsOptionsConfig): Flags {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values
  } catch (error) {
    throw new UsageError(firstSentence(error))
  }
}

/** The same with exactly one word, e.g. an id. */
export function readFlagsAndWord(args: readonly string[], options: ParseArgsOptionsConfig, word: string) {
  const [first, ...others] = args
  if (first === undefined || first.startsWith('-')) throw new UsageError(`Say which: ${word} comes first.`)
  return { word: first, flags: readFlags(others, options) }
}

export function text(flags: Flags, name: string): string | undefined {
  const value = flags[name]
  return typeof value === 'string' ? value : undefined
}

export function texts(flags: Flags, name: string): string[] {
  return [flags[name] ?? []].flat().filter((value) => typeof value === 'string')
}

/** The flags that are settings: `--tls-cert-file` for `tls.certFile`. */
export function settingFlags(flags: Flags): ConfigSources['flags'] {
  const settings: ConfigSources['flags'] = {}
  for (const key of Object.keys(SETTINGS) as SettingKey[]) {
    const value = flags[flagOf(key)]
    if (!Array.isArray(value)) settings[key] = value
  }
  return settings
}

export function flagOf(key: SettingKey): string {
  return key.replaceAll(/\.?[A-Z]|\./g, (part) => `-${part.replace('.', '').toLowerCase()}`)
}

function firstSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return `${message.split('. ', 1)[0]?.replace(/\.$/, '')}.`
}

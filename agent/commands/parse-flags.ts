// One way to read flags for all commands: unknown ones are errors that name the nearest known one.
import { parseArgs } from 'node:util'
import { nearest } from '../../shared/nearest.ts'
import type { Flags } from '../settings/config.ts'
import { UsageError } from './io.ts'

export type FlagKinds = Readonly<Record<string, { type: 'string' | 'boolean'; short?: string }>>

/** Flags by name without dashes. Throws UsageError. */
export function parseFlags(argv: readonly string[], options: FlagKinds): Flags {
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true })
  const flags: Record<string, string | boolean> = {}
  for (const token of tokens) {
    if (token.kind === 'positional') throw new UsageError(`"${token.value}" is not expected here`)
    if (token.kind !== 'option') continue
    const kind = Object.hasOwn(options, token.name) ? options[token.name]?.type : undefined
    if (kind === undefined) throw new UsageError(unknownFlag(token.rawName, options))
    // A flag after a flag was meant as one, not as its value; a lone dash is standard input.
    const swallowed = token.inlineValue === false && token.value.startsWith('-') && token.value !== '-'
    if (kind === 'string' && (!token.value || swallowed)) throw new UsageError(`${token.rawName} needs a value`)
    if (kind === 'boolean' && token.value !== undefined) throw new UsageError(`${token.rawName} takes no value`)
    flags[token.name] = token.value ?? true
  }
  return flags
}

function unknownFlag(given: string, options: FlagKinds): string {
  const near = nearest(
    given,
    Object.keys(options).map((name) => `--${name}`),
  )
  return near === null ? `there is no ${given}` : `there is no ${given}; did you mean ${near}?`
}

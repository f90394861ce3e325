// How results leave: JSON safe for terminals, text with nothing in it that steers one.
import type { Io } from './io.ts'
import { isSet, type Flags } from './command.ts'
import { safeJson } from './visible.ts'

/** One document; indented where a person reads it. */
export async function printJson(io: Io, value: unknown): Promise<void> {
  await io.out.write(`${safeJson(value, io.out.isTerminal ? 2 : 0)}\n`)
}

export async function printText(io: Io, text: string): Promise<void> {
  await io.out.write(`${text}\n`)
}

/** What a person wants to know beside the result. */
export async function tell(io: Io, text: string): Promise<void> {
  await io.err.write(`${text}\n`)
}

/** Emphasis where the terminal has it and nobody said NO_COLOR (no-color.org: set and not empty). */
export function emphasisOf(io: Io, flags: Flags): (text: string) => string {
  const { NO_COLOR: noColor = '', TERM: terminal } = io.environment
  const isPlain = !io.out.isTerminal || terminal === 'dumb' || noColor !== '' || isSet(flags, 'no-color')
  return isPlain ? (text) => text : (text) => `\u001b[1m${text}\u001b[22m`
}

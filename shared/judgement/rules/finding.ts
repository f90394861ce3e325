// What a rule about the need for a restart answers, and what all of them are given.
import type { ObservedSections } from '../subject.ts'
import type { Signal } from '../verdict.ts'
import type { Usable } from '../observation.ts'

export type RuleInput = {
  sections: ObservedSections
  /** The moment the evidence is weighed at: now, or the last contact of a server no longer heard. */
  at: number
  /** False in containers and under WSL: the kernel belongs to the outer machine. */
  ownKernel: boolean
}

export type Finding = {
  signal: Signal
  /** Is this reason the kernel's alone, so that Livepatch can cover it? */
  kernelOnly: boolean
  /** Until when the older value of a failing section holds this finding up; null: it is fresh. */
  until: number | null
}

/** Each answers zero or more findings. Where the host does not have the subject it answers none. */
export type Rule = (input: RuleInput) => Finding[]

type Source = { name: string; source: string }

export function toFinding(
  { name, source }: Source,
  read: Exclude<Usable<unknown>, { kind: 'missing' }>,
  answer: Pick<Signal, 'value' | 'role' | 'says' | 'why'> & { packages?: string[] | null; kernelOnly?: boolean },
): Finding {
  const { kernelOnly = false, packages = [], value, role, says } = answer
  const why = read.kind === 'not-re-read' ? `${answer.why} Not read again: ${asSentence(read.reason)}` : answer.why
  return {
    signal: { name, value, source, readAt: read.readAt, role, says, why, packages },
    kernelOnly,
    until: read.kind === 'not-re-read' ? read.until : null,
  }
}

/** We could not look: never the same as nothing there. */
export function blindFinding({ name, source }: Source, read: Usable<unknown>): Finding {
  const readAt = read.kind === 'missing' ? null : read.readAt
  const why =
    read.kind === 'failed' ? `Could not be read: ${asSentence(read.reason)}` : 'The server has not reported this yet.'
  return {
    signal: { name, value: null, source, readAt, role: 'decides', says: 'unknown', why, packages: null },
    kernelOnly: false,
    until: null,
  }
}

function asSentence(reason: string): string {
  return /[.!?]$/.test(reason) ? reason : `${reason}.`
}

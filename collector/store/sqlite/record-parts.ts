// A record on disk is two documents: the facts of a server, which hardly ever change, and its state, which changes with
// nearly every report. Pure; together they give the record again.
import type { ObservedSections } from '../../../shared/judgement/subject.ts'
import { SECTION_NAMES } from '../../../shared/sections/names.ts'
import type { Acceptance, ServerRecord } from '../records.ts'

type Stream = Omit<Acceptance, 'formerInstances' | 'returnsAt'>
type Moving = Pick<ServerRecord, 'boot' | 'lastContactAt' | 'lastReportAt' | 'revision'>

/** The verdict belongs to it, too; it is written and read apart (server-rows.ts says why). */
export type State = Moving & {
  acceptance: Stream
  sentinel: NonNullable<ObservedSections['sentinel']> | null
  /** When each of the other sections was last read: a section that was read again says nothing new of itself. */
  readAt: Partial<Record<string, number>>
}

export function stateOf(record: ServerRecord): State {
  const { boot, lastContactAt, lastReportAt, revision, sections } = record
  const { formerInstances: _, returnsAt: __, ...acceptance } = record.acceptance
  const readAt: State['readAt'] = {}
  for (const name of SECTION_NAMES) {
    const section = sections[name]
    if (section !== undefined && name !== 'sentinel') readAt[name] = section.readAt
  }
  return { acceptance, boot, sentinel: sections.sentinel ?? null, readAt, lastContactAt, lastReportAt, revision }
}

/** Everything the record holds, but for what the state says better and the verdict. */
export function factsOf(record: ServerRecord): Omit<ServerRecord, 'verdict'> {
  const { verdict: _, ...facts } = record
  const { sentinel: __, ...sections } = record.sections
  return { ...facts, boot: null, sections }
}

/** Would both be written the same? Values that were kept are the same objects; what is not the same is written again. */
export function haveSameFacts(a: ServerRecord, b: ServerRecord): boolean {
  return (
    a.acceptance.formerInstances === b.acceptance.formerInstances &&
    a.acceptance.returnsAt === b.acceptance.returnsAt &&
    (Object.keys(b) as (keyof ServerRecord)[]).every((key) => STAND_APART.has(key) || a[key] === b[key]) &&
    SECTION_NAMES.every((name) => name === 'sentinel' || saysTheSame(a.sections[name], b.sections[name]))
  )
}

/** Compared piece by piece, or written with the state. Any other key, those to come included, belongs to the facts. */
const STAND_APART: ReadonlySet<keyof ServerRecord> = new Set([
  'acceptance',
  'sections',
  'verdict',
  'boot',
  'lastContactAt',
  'lastReportAt',
  'revision',
])

type AnySection = ObservedSections[keyof ObservedSections]

function saysTheSame(a: AnySection, b: AnySection): boolean {
  if (a === b) return true
  if (a === undefined || b === undefined) return false
  return a.value === b.value && a.outcome === b.outcome && a.reason === b.reason && a.failedSince === b.failedSince
}

/** `state` as it was read back: rows written before it stood apart hold nothing in it yet. */
export function joinRecord(facts: Omit<ServerRecord, 'verdict'>, state: Partial<State>): Omit<ServerRecord, 'verdict'> {
  if (state.acceptance === undefined) return facts
  const { acceptance, sentinel, readAt, ...moving } = state as State
  const sections: ObservedSections = { ...facts.sections }
  if (sentinel !== null) sections.sentinel = sentinel
  for (const name of SECTION_NAMES) {
    const section = sections[name]
    if (section !== undefined && readAt[name] !== undefined) section.readAt = readAt[name]
  }
  return { ...facts, ...moving, sections, acceptance: { ...facts.acceptance, ...acceptance } }
}

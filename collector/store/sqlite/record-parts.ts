// A record on disk is two documents: the facts of a server, which hardly ever change, and its state, which changes with
// nearly every report. Pure; together they give the record again.
import type { ObservedSections } from '../../../shared/judgement/subject.ts'
import { SECTION_NAMES } from '../../../shared/sections/names.ts'
import type { Acceptance, BootRecord, ServerRecord } from '../records.ts'

/** Of `digests` the flag's alone: a section that says something else is a fact, and so is its digest. */
type Stream = Pick<Acceptance, 'seq' | 'root' | 'complete' | 'digests'>
/** What happens during a boot; which boot it is, is a fact. */
type BootEvents = Pick<BootRecord, 'moments' | 'since' | 'goodbyeAt'>
type Facts = Omit<ServerRecord, 'verdict'>
type Moving = Pick<ServerRecord, 'lastContactAt' | 'lastReportAt' | 'revision'>

/** The verdict belongs to it, too; it is written and read apart (server-rows.ts says why). */
export type State = Moving & {
  acceptance: Stream
  boot: BootEvents | null
  sentinel: NonNullable<ObservedSections['sentinel']> | null
  /** When each of the other sections was last read: a section that was read again says nothing new of itself. */
  readAt: Partial<Record<string, number>>
}

export function stateOf(record: ServerRecord): State {
  const { lastContactAt, lastReportAt, revision, sections } = record
  const readAt: State['readAt'] = {}
  for (const name of SECTION_NAMES) {
    const section = sections[name]
    if (section !== undefined && name !== 'sentinel') readAt[name] = section.readAt
  }
  return {
    acceptance: streamOf(record.acceptance),
    boot: record.boot === null ? null : eventsOf(record.boot),
    sentinel: sections.sentinel ?? null,
    readAt,
    lastContactAt,
    lastReportAt,
    revision,
  }
}

function streamOf({ seq, root, complete, digests: { sentinel } }: Acceptance): Stream {
  return { seq, root, complete, digests: sentinel === undefined ? {} : { sentinel } }
}

function eventsOf({ moments, since, goodbyeAt }: BootRecord): BootEvents {
  return goodbyeAt === undefined ? { moments, since } : { moments, since, goodbyeAt }
}

/** Everything the record holds, but for what the state says better and the verdict. */
export function factsOf(record: ServerRecord): Facts {
  const { verdict: _, ...facts } = record
  const { sentinel: __, ...sections } = record.sections
  const { sentinel: ___, ...digests } = record.acceptance.digests
  const boot: BootRecord | null = record.boot === null ? null : { ...record.boot, moments: {}, since: null }
  delete boot?.goodbyeAt
  return { ...facts, acceptance: { ...record.acceptance, digests }, boot, sections }
}

/** Would both be written the same? Values that were kept are the same objects; what is not the same is written again. */
export function haveSameFacts(a: ServerRecord, b: ServerRecord): boolean {
  return (
    (a.acceptance === b.acceptance || haveSameStream(a.acceptance, b.acceptance)) &&
    (a.boot === b.boot || isSameBoot(a.boot, b.boot)) &&
    (Object.keys(b) as (keyof ServerRecord)[]).every((key) => STAND_APART.has(key) || a[key] === b[key]) &&
    SECTION_NAMES.every((name) => name === 'sentinel' || saysTheSame(a.sections[name], b.sections[name]))
  )
}

function haveSameStream(a: Acceptance, b: Acceptance): boolean {
  return (
    a.instance === b.instance &&
    a.formerInstances === b.formerInstances &&
    a.returnsAt === b.returnsAt &&
    sameButFlag(a.digests, b.digests) &&
    sameButFlag(b.digests, a.digests)
  )
}

function sameButFlag(a: Acceptance['digests'], b: Acceptance['digests']): boolean {
  for (const name in a) if (name !== 'sentinel' && a[name] !== b[name]) return false
  return true
}

function isSameBoot(a: BootRecord | null, b: BootRecord | null): boolean {
  return a?.kernelBootId === b?.kernelBootId && a?.runMarker === b?.runMarker && a?.bootedAt === b?.bootedAt
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

/**
 * Were these facts written by a release that kept other things in the state, or nothing? Then they are to be written with
 * the next state, whatever that says.
 */
export function areOlderFacts(state: Partial<State>): boolean {
  return state.acceptance === undefined || 'instance' in state.acceptance
}

/** `state` as it was read back; rows of earlier releases hold more in it, or nothing yet. */
export function joinRecord(facts: Facts, state: Partial<State>): Facts {
  if (state.acceptance === undefined) return facts
  const { acceptance, boot, sentinel, readAt, ...moving } = state as State
  const sections: ObservedSections = { ...facts.sections }
  if (sentinel !== null) sections.sentinel = sentinel
  for (const name of SECTION_NAMES) {
    const section = sections[name]
    if (section !== undefined && readAt[name] !== undefined) section.readAt = readAt[name]
  }
  const digests = { ...facts.acceptance.digests, ...acceptance.digests }
  return {
    ...facts,
    ...moving,
    sections,
    acceptance: { ...facts.acceptance, ...acceptance, digests },
    boot: boot === null ? null : ({ ...facts.boot, ...boot } as BootRecord),
  }
}

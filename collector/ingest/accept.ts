// Is this report new, old, or a copy's? Decided from its envelope and from what was accepted before, whatever it says.
import type { Report } from '../../shared/protocol/report.ts'
import type { Acceptance } from '../store/records.ts'

export type Envelope = Pick<Report, 'instance' | 'seq' | 'root'>
/** The newest report or heartbeat heard, which may be ahead of the record: what changed nothing was not written. */
export type Head = { instance: string; seq: number; root: string }

export type Decision =
  /** Newer than anything heard of this instance. */
  | { kind: 'apply' }
  /** Another process of the agent, never heard before: it must bring every section whole. */
  | { kind: 'new-instance' }
  /** The same report again: its answer got lost. */
  | { kind: 'duplicate' }
  | { kind: 'behind'; lastSeq: number }
  /** A superseded process. `acceptance` where its return counts and has to be remembered, else null. */
  | { kind: 'rebase'; acceptance: Acceptance | null }
  | { kind: 'conflict'; acceptance: Acceptance }

export const NEVER_ACCEPTED: Acceptance = {
  instance: null,
  seq: 0,
  root: null,
  complete: false,
  digests: {},
  formerInstances: [],
  returnsAt: [],
}

const FORMER_INSTANCES_MAX = 64
const RETURNS_WINDOW_MS = 10 * 60_000
const RETURNS_OF_COPIES = 3

export function accept(acceptance: Acceptance, head: Head | null, envelope: Envelope, now: number): Decision {
  if (envelope.instance === acceptance.instance) return acceptNext(newest(acceptance, head), envelope)
  const former = acceptance.formerInstances.find(({ instance }) => instance === envelope.instance)
  if (former === undefined) return { kind: 'new-instance' }
  // A replayed report, and a machine rewound to a snapshot, come with numbers this process has used before. They heal
  // by drawing a new instance. Only a process that lived on all the while brings new ones.
  if (envelope.seq <= former.seq) return { kind: 'rebase', acceptance: null }
  return countReturn(acceptance, envelope, now)
}

/** The acceptance once `envelope` was taken: an instance that it supersedes is remembered. */
export function afterAccepting(acceptance: Acceptance, head: Head | null, envelope: Envelope): Acceptance {
  const { instance, seq, root } = envelope
  if (acceptance.instance === instance) return { ...acceptance, seq, root }
  if (acceptance.instance === null) return { ...acceptance, instance, seq, root }
  const superseded = { instance: acceptance.instance, seq: newest(acceptance, head).seq }
  const formerInstances = [...acceptance.formerInstances, superseded].slice(-FORMER_INSTANCES_MAX)
  return { ...acceptance, instance, seq, root, formerInstances }
}

function newest(acceptance: Acceptance, head: Head | null): Pick<Head, 'seq'> & { root: string | null } {
  const isAhead = head !== null && head.instance === acceptance.instance && head.seq > acceptance.seq
  return isAhead ? head : acceptance
}

function acceptNext(last: { seq: number; root: string | null }, { seq, root }: Envelope): Decision {
  if (seq > last.seq) return { kind: 'apply' }
  return seq === last.seq && root === last.root ? { kind: 'duplicate' } : { kind: 'behind', lastSeq: last.seq }
}

function countReturn(acceptance: Acceptance, { instance, seq }: Envelope, now: number): Decision {
  const returnsAt = [...acceptance.returnsAt.filter((at) => at > now - RETURNS_WINDOW_MS && at <= now), now]
  const formerInstances = acceptance.formerInstances.map((former) =>
    former.instance === instance ? { instance, seq } : former,
  )
  const kind = returnsAt.length >= RETURNS_OF_COPIES ? 'conflict' : 'rebase'
  return { kind, acceptance: { ...acceptance, formerInstances, returnsAt } }
}

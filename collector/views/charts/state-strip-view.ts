// What one server was like for the last 90 days, as far as its history tells.
import type { ClearCause, EventType } from '../../../shared/judgement/transition.ts'
import type { ServerRecord } from '../../store/records.ts'

const HOUR_MS = 3_600_000
export const STRIP_MS = 90 * 24 * HOUR_MS
/** What the strip is made of. */
export const STRIP_EVENTS = [
  'registered',
  'restart-required',
  'restart-cleared',
  'restarted-still-required',
  'stale',
  'silent',
  'back',
] as const satisfies readonly EventType[]

/** `stale`: pending for longer than policy allows. `silent`: whatever it was, nobody heard. */
export type StripKind = 'none' | 'required' | 'stale' | 'silent'

export type StripEvent = { at: number; type: EventType; cause: ClearCause | null }
/** Epoch ms. */
export type StripPart = { from: number; to: number; kind: StripKind }
export type StateStrip = {
  from: number
  /** The end of this hour. */
  to: number
  now: number
  parts: readonly StripPart[]
  /** Oldest first, with what the server was like from then on. */
  events: readonly (StripEvent & { kind: StripKind })[]
  /** Older than the strip. */
  hasMore: boolean
}

type Known = { need: boolean; stale: boolean; silent: boolean }

/** `events` oldest first, those of the last 90 days; `hasMore`: some are missing at the beginning. */
export function stateStrip(
  record: ServerRecord,
  events: readonly StripEvent[],
  now: number,
  hasMore = false,
): StateStrip {
  // Whole hours: a page that is read again shows the same picture, and nothing on it moves.
  const to = Math.ceil(now / HOUR_MS) * HOUR_MS
  const first = hasMore ? (events[0]?.at ?? 0) : 0
  const from = Math.max(to - STRIP_MS, record.createdAt, first)
  const known = knownBefore(record, events)
  let kind = kindOf(known)
  let start = from
  const parts: StripPart[] = []
  const told = events
    .filter(({ at }) => at >= from)
    .map((event) => {
      take(known, event)
      const next = kindOf(known)
      if (next !== kind && event.at > start) parts.push({ from: start, to: event.at, kind })
      if (next !== kind) [start, kind] = [event.at, next]
      return { ...event, kind: next }
    })
  return { from, to, now, parts: [...parts, { from: start, to, kind }], events: told, hasMore }
}

/** What the first event of each kind ends, or what still holds where there is none, was so before. */
function knownBefore({ verdict }: ServerRecord, events: readonly StripEvent[]): Known {
  const first = (...types: readonly EventType[]) => events.find(({ type }) => types.includes(type))?.type
  const need = first('restart-required', 'restart-cleared', 'restarted-still-required')
  const isStale = verdict.baseline?.stale === true
  return {
    need: need === undefined ? verdict.baseline?.need === 'restart-required' : need !== 'restart-required',
    stale: first('stale', 'restart-required', 'restart-cleared') === undefined ? isStale : false,
    silent: (first('silent', 'back') ?? (verdict.reporting === 'silent' ? 'back' : 'silent')) === 'back',
  }
}

function take(known: Known, { type }: StripEvent): void {
  if (type === 'silent' || type === 'back') known.silent = type === 'silent'
  else if (type === 'stale') known.stale = true
  else if (type !== 'registered') {
    known.need = type !== 'restart-cleared'
    if (type !== 'restarted-still-required') known.stale = false
  }
}

function kindOf({ need, stale, silent }: Known): StripKind {
  if (silent) return 'silent'
  if (!need) return 'none'
  return stale ? 'stale' : 'required'
}

// What an observation is still worth: a failure never overwrites a value at once, and never hides behind it for long.
import { FAILED_VALUE_USABLE_MS } from '../protocol/limits.ts'
import type { Observation } from './subject.ts'

export type Usable<V> =
  | { kind: 'observed'; value: V; readAt: number }
  /** The last look failed; `value` is older and may be used until `until`. It was read at `readAt` at the latest. */
  | { kind: 'not-re-read'; value: V; readAt: number; reason: string; until: number }
  | { kind: 'failed'; reason: string; readAt: number }
  /** The host does not have the subject: no signal in either direction. */
  | { kind: 'absent'; reason: string; readAt: number }
  /** Never reported. */
  | { kind: 'missing' }

/** What judgement may use of `observation` at `now`. */
export function usable<V>(observation: Observation<V> | undefined, now: number): Usable<V> {
  if (observation === undefined) return { kind: 'missing' }
  const { outcome, value, readAt, failedSince } = observation
  const reason = observation.reason ?? 'no reason given'
  if (outcome === 'absent') return { kind: 'absent', reason, readAt }
  if (outcome === 'observed') {
    return value === null
      ? { kind: 'failed', reason: 'observed without a value', readAt }
      : { kind: 'observed', value, readAt }
  }
  const until = (failedSince ?? readAt) + FAILED_VALUE_USABLE_MS
  if (value === null || now >= until) return { kind: 'failed', reason, readAt }
  return { kind: 'not-re-read', value, readAt: failedSince ?? readAt, reason, until }
}

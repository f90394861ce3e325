// Do we still hear of a server? Decided from the judge's own clock alone: the clocks of hosts decide nothing.
import { RESTARTING_MS_MAX } from '../protocol/limits.ts'
import type { Contact } from './subject.ts'
import type { Reporting } from './verdict.ts'

/** Four missed heartbeats, but never less than three minutes: one lost packet or a slow restart is no news. */
const LATE_AFTER_HEARTBEATS = 4
const LATE_AFTER_MS_MIN = 180_000

export type Heard = {
  reporting: Reporting
  /** When time alone changes `reporting`; null: never. */
  changesAt: number | null
}

/** How long after its last contact a server is late, in ms. */
export function lateAfterMs(heartbeatMs: number): number {
  return Math.max(LATE_AFTER_HEARTBEATS * heartbeatMs, LATE_AFTER_MS_MIN)
}

/** How long after its last contact a server is silent, in ms. One that beats once an hour is not silent in between. */
function silentAfterMs(heartbeatMs: number, policySilentAfterMs: number): number {
  return Math.max(policySilentAfterMs, lateAfterMs(heartbeatMs))
}

/** Was the goodbye the last that was heard of it? */
export function isGoodbyeLast(contact: Contact): contact is Contact & { goodbyeAt: number } {
  const { lastAt, goodbyeAt } = contact
  return goodbyeAt !== null && (lastAt === null || goodbyeAt >= lastAt)
}

export function heard(contact: Contact, policySilentAfterMs: number, now: number): Heard {
  const { lastAt, heartbeatMs } = contact
  if (lastAt === null) return { reporting: 'never', changesAt: null }
  const restartingUntil = isGoodbyeLast(contact) ? contact.goodbyeAt + RESTARTING_MS_MAX : null
  if (restartingUntil !== null && now < restartingUntil) return { reporting: 'restarting', changesAt: restartingUntil }
  // It promised to be back by now: waiting as long as for a server that just fell silent would hide a failed restart.
  if (restartingUntil !== null) return { reporting: 'silent', changesAt: null }
  const lateAt = lastAt + lateAfterMs(heartbeatMs) + 1 // "longer than": the limit itself is still in time
  const silentAt = lastAt + silentAfterMs(heartbeatMs, policySilentAfterMs) + 1
  if (now >= silentAt) return { reporting: 'silent', changesAt: null }
  if (now >= lateAt) return { reporting: 'late', changesAt: silentAt }
  return { reporting: 'current', changesAt: lateAt }
}

// Is it worth waiting for a server's answer? Pure. A server with a connection open hears of the ask at once; one without
// hears of it when it comes back, and then it counts whether that will be in time.
import type { Reporting } from '../../shared/judgement/verdict.ts'

/** An agent whose poll was cut comes back within 10 s; a moment for the way on top. */
export const COMES_BACK_MS_MAX = 12_000

export type Contact = {
  isConnected: boolean
  /** How long it has had no connection, ms; null: it had none since the collector started. */
  goneForMs: number | null
  reporting: Reporting
  /** Epoch ms; null: never heard. */
  lastContactAt: number | null
  heartbeatMs: number
}

/** `endsAt`: when nobody waits any more, epoch ms. */
export function mayAnswer(contact: Contact, endsAt: number): boolean {
  const { isConnected, goneForMs, reporting, lastContactAt, heartbeatMs } = contact
  if (isConnected || (goneForMs !== null && goneForMs < COMES_BACK_MS_MAX)) return true
  // One that never holds a connection open: its heartbeats come all the same.
  return reporting === 'current' && lastContactAt !== null && lastContactAt + heartbeatMs <= endsAt
}

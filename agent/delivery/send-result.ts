// What became of a report, as the delivery rules see it. Everything a collector may answer ends in one of these.
import type { SectionName } from '../../shared/sections/names.ts'

/** Somebody waits at the collector: look afresh, with `scan` at what only one-shot scans see, too, and report. */
export type Ask = { id: string; scan: boolean }

export type Accepted = {
  kind: 'accepted'
  epoch: string
  want: readonly SectionName[]
  nextInMs: number | null
  /** The answer was held until there was something to tell or its time was over. */
  held: boolean
  ask: Ask | null
}

export type SendResult =
  | Accepted
  /** A newer report of this instance was accepted already; ours must be numbered above `lastSeq`. */
  | { kind: 'behind'; lastSeq: number }
  /** This process identity was superseded: draw a new one and send everything. */
  | { kind: 'rebase' }
  /** Two live copies use this credential. */
  | { kind: 'conflict' }
  /** The same body will never be accepted. */
  | { kind: 'rejected'; problem: string }
  /** The server was removed at the collector. */
  | { kind: 'revoked' }
  /** The credential is not accepted, now: a collector may be restored from a backup that knows it again. */
  | { kind: 'unauthorized'; problem: string }
  /** A poll arrived, and its answer was cut off on the way after so long. */
  | { kind: 'cut'; afterMs: number }
  /** Unreachable, overloaded, or not making sense. */
  | { kind: 'retry-later'; retryAfterMs: number | null; problem: string }

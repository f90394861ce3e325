// What became of a report, as the delivery rules see it. Everything a collector may answer ends in one of these.
import type { SectionName } from '../../shared/sections/names.ts'

export type SendResult =
  | { kind: 'accepted'; epoch: string; want: readonly SectionName[]; nextInMs: number | null }
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
  /** Unreachable, overloaded, or not making sense. */
  | { kind: 'retry-later'; retryAfterMs: number | null; problem: string }

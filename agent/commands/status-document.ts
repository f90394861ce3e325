// What `overdue-agent status --json` prints, and what its text for people is made of.
import type { ResidentStatus } from '../files/status-file.ts'
import type { Judgement } from './snapshot-judgement.ts'

export type StatusDocument = {
  /** Null when this host is not enrolled. */
  serverId: string | null
  /** The agent that runs now; null when none does. */
  resident: { pid: number; version: string; url: string } | null
  /** How the agent that runs now stands with its collector; null until its first report. */
  delivery: ResidentStatus['delivery']
  /** When the newest snapshot was taken, RFC 3339; null when there is none. */
  lookedAt: string | null
  /** The default policy's verdict on it. */
  judgement: Judgement | null
  /** What could not be looked at, and why. */
  problems: string[]
}

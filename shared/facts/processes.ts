// What `overdue-agent scan processes` leaves for the resident agent: the rows it reports, and how far the look reached.
import type { OutdatedGroup } from '../sections/processes.ts'

export type ProcessesFacts = {
  format: 1
  outdated: readonly OutdatedGroup[]
  /** Programs that run from folders where no package puts them, each once; missing: from a scan that did not look. */
  programs?: readonly string[]
  /** How many processes run what packages replaced. */
  count: number
  /** How many were looked at. */
  looked: number
  /** Why there may be more; null: every process was looked at. */
  missing: string | null
  /** Why nobody could look at all; null: somebody did, and the rows count. */
  problem: string | null
  /** The boot it was read in; null where the host does not tell. */
  bootId: string | null
  /** When in that boot the look began, ms: a wall clock may be set meanwhile. */
  readUptimeMs: number
  /** RFC 3339, by the host's clock. */
  readAt: string
}

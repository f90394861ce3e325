// What `overdue-agent scan updates` leaves for the resident agent about updates: what takes commands to find out.
import type { UpdatesSection } from '../sections/updates.ts'

/** Parts of section `updates`, each null with its reason in `missing` where it could not be found out. */
export type UpdatesFacts = Pick<UpdatesSection, 'pending' | 'unattendedUpgrades' | 'fixes'> & {
  format: 1
  missing: Pick<UpdatesSection['missing'], 'pending' | 'unattendedUpgrades' | 'fixes'>
  /** What stands for all that `pending` and `fixes` were made of: equal marks, equal answers. Null: nothing does. */
  marks: { pending: string | null; fixes: string | null }
  /** The boot it was read in; null where the host does not tell. */
  bootId: string | null
  /** When in that boot the look began, ms: a wall clock may be set meanwhile. */
  readUptimeMs: number
  /** RFC 3339, by the host's clock. */
  readAt: string
}

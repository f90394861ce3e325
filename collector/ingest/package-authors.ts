// Which runs of the host explain what became different between two lists of its packages: when, and by whom. Pure.
import { loggedTime } from '../../shared/sections/logged-time.ts'
import type { PackageRun } from '../../shared/sections/updates.ts'
import type { BootRecord } from '../store/records.ts'
import type { PackageChange } from './package-changes.ts'

/** More than so many runs between two reports are told by the newest of them. */
const RUNS_MAX = 10

/** As an event keeps it; `at` is RFC 3339. */
export type ChangeAuthor = {
  at: string | null
  by: PackageRun['by']['kind']
  user: string | null
  command: string | null
}

/**
 * Newest first; [] where none does. `runs`: of the host, newest first. `boot`: the one they count their uptimes in; what
 * was before it is told by the host's own clock.
 */
export function authorsOf(
  changes: readonly PackageChange[],
  runs: readonly PackageRun[],
  boot: Pick<BootRecord, 'bootedAt'> | null,
): ChangeAuthor[] {
  const found = new Set<PackageRun>()
  for (const change of changes) {
    // The newest that led there: what was upgraded, taken back and upgraded again is put down to the last of them.
    const run = runs.find((one) => one.changes.some((logged) => explains(logged, change)))
    if (run !== undefined) found.add(run)
  }
  return runs
    .filter((run) => found.has(run))
    .slice(0, RUNS_MAX)
    .map(({ at, by, command }) => ({ at: loggedTime(at, boot?.bootedAt ?? null), by: by.kind, user: by.user, command }))
}

function explains(logged: PackageRun['changes'][number], { name, to }: PackageChange): boolean {
  return logged.package === name && logged.to === to
}

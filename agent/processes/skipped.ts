// Processes about which nothing is said: those that have ended, those that just began, and those that do the upgrading.
// Pure.
import { withoutMark } from './deleted-mark.ts'
import type { ProcessStat } from './process-stat.ts'

/** Started in the middle of an upgrade it may have caught one file before and one after; the next scan knows. */
export const YOUNG_MS = 60_000

/** Zombie and dead, proc_pid_stat(5). */
const ENDED = new Set(['Z', 'X', 'x'])

const MANAGERS = new Set(
  'apt apt-get aptitude dpkg dnf dnf-3 dnf5 microdnf yum rpm rpm-ostree zypper pacman apk snap'.split(' '),
)
const FOLDER = /^\/(?:usr\/)?s?bin\/([^/]+)$/
const UNATTENDED = /^unattended-upgr/
const ROOT = 0

export type Skippable = { exe: string; stat: ProcessStat; uid: number | null }

export function isSkipped({ exe, stat, uid }: Skippable, uptimeMs: number): boolean {
  return (
    ENDED.has(stat.state) ||
    uptimeMs - stat.startedUptimeMs < YOUNG_MS ||
    isPackageManager(exe) ||
    // A script has its interpreter's exe, so its name has to do; nobody else's counts.
    (uid === ROOT && UNATTENDED.test(stat.comm))
  )
}

function isPackageManager(exe: string): boolean {
  const [, name] = FOLDER.exec(withoutMark(exe) ?? exe) ?? []
  return name !== undefined && MANAGERS.has(name)
}

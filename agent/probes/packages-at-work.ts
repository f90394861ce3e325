// Is any package manager in the middle of something? What is found then is half of the old state and half of the new one.
import type { Host } from '../host/host.ts'
import { isAtWork, isLocked } from './dpkg-watch.ts'
import { orNull } from './optional-read.ts'

/** Held as long as packages are being changed, with fcntl(2), so that it ends with the process. */
const LOCKS = ['/var/lib/rpm/.rpm.lock', '/usr/lib/sysimage/rpm/.rpm.lock', '/lib/apk/db/lock', '/usr/lib/apk/db/lock']
/** There as long as pacman works, and after one that crashed until somebody removes it. */
const PACMAN_LOCK = '/var/lib/pacman/db.lck'
const PACMAN_MS_MAX = 3_600_000

export async function arePackagesChanging(host: Host): Promise<boolean> {
  if ((await isAtWork(host)) || (await isLocked(host, LOCKS))) return true
  const since = (await orNull(host.facts(PACMAN_LOCK)))?.mtimeMs ?? null
  return since !== null && host.now() - since < PACMAN_MS_MAX
}

// Wakes the loop when the flag, its list of packages, or SUSE's flag is touched.
import { type DirectoryWatch, DirectoryWatcher } from './directory-watcher.ts'

const SENTINEL_NAMES = new Set(['reboot-required', 'reboot-required.pkgs', 'reboot-needed'])

/** One watcher for each of `directories`, which are paths of this machine. */
export function createSentinelWatchers(
  directories: readonly string[],
  on: Pick<DirectoryWatch, 'onWake' | 'onProblem'>,
): DirectoryWatcher[] {
  return directories.map((directory) => new DirectoryWatcher({ directory, names: SENTINEL_NAMES, ...on }))
}

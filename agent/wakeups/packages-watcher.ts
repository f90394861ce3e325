// Wakes the loop when dpkg replaces its list of packages, which it does with every step of a run.
import { type DirectoryWatch, DirectoryWatcher } from './directory-watcher.ts'

/** `directory` is dpkg's, as a path of this machine. */
export function createPackagesWatcher(
  directory: string,
  on: Pick<DirectoryWatch, 'onWake' | 'onProblem'>,
): DirectoryWatcher {
  return new DirectoryWatcher({ directory, names: new Set(['status']), ...on })
}

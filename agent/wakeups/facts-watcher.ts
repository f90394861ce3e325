// Wakes the agent when a scan has answered.
import type { ScanName } from './ask.ts'
import { type DirectoryWatch, DirectoryWatcher } from './directory-watcher.ts'

/** `directory` is where scans leave their facts files. */
export function createFactsWatcher(
  directory: string,
  name: ScanName,
  on: Pick<DirectoryWatch, 'onWake' | 'onProblem'>,
): DirectoryWatcher {
  return new DirectoryWatcher({ directory, names: new Set([`${name}.json`]), ...on })
}

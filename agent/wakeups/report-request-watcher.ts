// Wakes the agent when somebody asks for a report now.
import { basename, dirname } from 'node:path'
import { type DirectoryWatch, DirectoryWatcher } from './directory-watcher.ts'

/** `path` is the file that asks. */
export function createRequestWatcher(path: string, on: Pick<DirectoryWatch, 'onWake' | 'onProblem'>): DirectoryWatcher {
  return new DirectoryWatcher({ directory: dirname(path), names: new Set([basename(path)]), ...on })
}

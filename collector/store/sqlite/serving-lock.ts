// One collector process per data folder. The lock is a transaction held open on a file of its own:
// the kernel lets go of it when the process ends, however it ends, so no stale lock file can keep a collector from starting.
import { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../store-error.ts'

/** sqlite3.h: another connection holds the lock. */
const SQLITE_BUSY = 5

export type ServingLock = { release(): void }

/** Throws StoreError when another process serves the folder. */
export function takeServingLock(lockFile: string, directory: string): ServingLock {
  const lock = new DatabaseSync(lockFile, { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) {
      throw new StoreError(`The lock ${lockFile} cannot be taken (${String(error)})`, 'Remove that file', {
        cause: error,
      })
    }
    throw new StoreError(
      `Another collector process serves the data folder ${directory}`,
      'Stop it first, or give this one another dataDir',
      { cause: error },
    )
  }
  return { release: () => lock.close() }
}

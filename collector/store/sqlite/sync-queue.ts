// One sync to disk for many commits, outside of the event loop: while the disk works the process takes in the next
// reports, whose commits wait together for the sync after it. Nobody is told before the sync that covers them is over.
import { StoreError } from '../store-error.ts'

/** Makes everything that was committed before the call durable. */
export type Disk = {
  sync(done: (error: Error | null) => void): void
  /** The same, at once; throws. */
  syncNow(): void
}

export type SyncQueue = {
  /** Nothing is under way: what was committed before is durable. */
  readonly isIdle: boolean
  /** Calls `tell` after a sync that began after now, and after everything that was given before. */
  whenDurable(tell: () => void): void
  /** Syncs now, and tells everybody. */
  drain(): void
}

export function createSyncQueue(disk: Disk): SyncQueue {
  /** By the sync that runs, and by the one after it. */
  let covered: (() => void)[] | null = null
  let waiting: (() => void)[] = []

  function start(): void {
    const mine = waiting
    waiting = []
    covered = mine
    disk.sync((error) => {
      // Drained meanwhile: they have been told, and the file may be closed.
      if (covered !== mine) return
      if (error !== null) throw cannotSync(error)
      covered = null
      // First: the disk need not wait for us.
      if (waiting.length > 0) start()
      for (const tell of mine) tell()
    })
  }

  return {
    get isIdle() {
      return covered === null
    },
    whenDurable(tell) {
      waiting.push(tell)
      if (covered === null) start()
    },
    drain() {
      const all = [...(covered ?? []), ...waiting]
      covered = null
      waiting = []
      if (all.length > 0) disk.syncNow()
      for (const tell of all) tell()
    },
  }
}

/**
 * Thrown where nobody catches it: the process ends. After a failed sync the kernel may have dropped what it could not
 * write and call the next one a success (fsync(2), ERRORS), so all we know is what the next start reads.
 */
function cannotSync(cause: Error): StoreError {
  return new StoreError(
    `What was written could not be synced to the disk (${cause.message})`,
    'Look at the disk of the data folder; nothing that was acknowledged before is lost',
    { cause },
  )
}

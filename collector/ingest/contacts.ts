// Last contacts go to disk in batches: one write per server and minute would be all the disk ever does.
import type { Projection } from '../changes/projection.ts'
import type { Store } from '../store/store.ts'

const FLUSH_EVERY_MS = 15_000

export type ContactFlusher = {
  /** Writes what is due now; also the last thing before the store is closed. */
  flush(): void
  stop(): void
}

/** Flushes every 15 s. A failed write is told and tried again with the next. */
export function startContactFlusher(
  store: Pick<Store, 'saveContacts'>,
  projection: Projection,
  onError: (error: unknown) => void,
): ContactFlusher {
  const flush = () => {
    const contacts = projection.takeDirtyContacts()
    try {
      store.saveContacts(contacts)
    } catch (error) {
      projection.returnDirtyContacts(contacts)
      onError(error)
    }
  }
  const timer = setInterval(flush, FLUSH_EVERY_MS).unref()
  return {
    flush,
    stop() {
      clearInterval(timer)
      flush()
    },
  }
}

// Tells listeners in this process what was just committed: pages, event streams, notifications.
import type { HistoryEvent } from '../../shared/judgement/transition.ts'
import type { Store } from '../store/store.ts'

/** `id` is the change's place in the log; listeners that fell behind catch up with `Store.changesAfter`. */
export type LiveChange = { id: number; serverId: string; at: number; events: readonly HistoryEvent[] }
export type LiveListener = (change: LiveChange) => void

export class LiveFeed {
  readonly #listeners = new Map<LiveListener, (error: unknown) => void>()

  /** Made after the projection, it speaks after it: a listener that looks a server up finds the new record. */
  constructor(store: Pick<Store, 'onCommit'>) {
    store.onCommit((committed) => {
      for (const { change } of committed) this.#publish(change)
    })
  }

  get size(): number {
    return this.#listeners.size
  }

  /** A listener that throws is told through `onError` and unsubscribed; the others go on. Returns the way to stop. */
  subscribe(listener: LiveListener, onError: (error: unknown) => void = () => {}): () => void {
    this.#listeners.set(listener, onError)
    return () => void this.#listeners.delete(listener)
  }

  #publish(change: LiveChange): void {
    for (const [listener, onError] of this.#listeners) {
      try {
        listener(change)
      } catch (error) {
        this.#listeners.delete(listener)
        onError(error)
      }
    }
  }
}

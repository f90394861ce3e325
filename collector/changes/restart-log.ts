// How long servers waited for the restarts of the last months, read from history: each restart with the moment at which
// its need was told. Read when somebody first asks, a bounded piece at a time, and from then on only what is new.
import type { HistoryRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'

const DAY_MS = 86_400_000
/** Twice what is shown: a restart at the beginning of it ends a need from before. */
const READ_BACK_MS = 2 * 13 * 7 * DAY_MS
/** A line of history has the moment of its report, and is there when that is stored: so much is read again. */
const COMMIT_MS_MAX = 60_000
/** About 10 ms. */
const PIECE_MAX = 500

/** `at` in epoch ms. */
export type RestartTime = { at: number; application: string | null; pendingMs: number }

export class RestartLog {
  readonly #store: Pick<Store, 'searchHistory'>
  readonly #onError: (error: unknown) => void
  /** When the need of a server was told, by its id. */
  readonly #pending = new Map<string, number>()
  #times: RestartTime[] = []
  #lastId = 0
  /** Everything before was read. */
  #readTo: number | null = null
  #isReading = false
  #isStopped = false

  /** `onError` hears that the history could not be read; whoever asks next tries again. */
  constructor(store: Pick<Store, 'searchHistory'>, onError: (error: unknown) => void) {
    this.#store = store
    this.#onError = onError
  }

  /** Oldest first; null: they are still being read, ask again. A long history takes a few turns of the event loop. */
  times(now: number): readonly RestartTime[] | null {
    if (!this.#isReading && !this.#isStopped) void this.#readOn(now)
    return this.#readTo === null ? null : this.#times
  }

  /** The store is about to close: nothing is read any more. */
  stop(): void {
    this.#isStopped = true
  }

  async #readOn(now: number): Promise<void> {
    this.#isReading = true
    try {
      const from = this.#readTo === null ? now - READ_BACK_MS : Math.min(this.#readTo, now) - COMMIT_MS_MAX
      const found: HistoryRecord[] = []
      for (let beforeId: number | null | undefined; beforeId !== null;) {
        if (beforeId !== undefined) await new Promise((resolve) => setImmediate(resolve))
        if (this.#isStopped) return
        const piece = this.#store.searchHistory({
          types: ['restart-required', 'restart-cleared'],
          from,
          limit: PIECE_MAX,
          ...(beforeId === undefined ? {} : { beforeId }),
        })
        found.push(...piece.records)
        beforeId = piece.nextBeforeId
      }
      if (found.length > 0) this.#times = this.#times.filter(({ at }) => at >= now - READ_BACK_MS)
      for (const event of found.toReversed()) this.#take(event)
      this.#readTo = now
    } catch (error) {
      this.#onError(error)
    } finally {
      this.#isReading = false
    }
  }

  #take({ id, at, serverId, application, type, cause }: HistoryRecord): void {
    if (id <= this.#lastId) return
    this.#lastId = id
    const since = this.#pending.get(serverId)
    if (type === 'restart-required') {
      if (since === undefined) this.#pending.set(serverId, at)
      return
    }
    this.#pending.delete(serverId)
    if (cause === 'restarted' && since !== undefined) {
      this.#times.push({ at, application, pendingMs: Math.max(0, at - since) })
    }
  }
}

// How often the collector may make this host look. A look takes a processor for a moment, and whoever holds the collector
// shall not be able to keep it busy: what is asked too soon is joined, and begins a little later.

export type CollectorAsk = { id: string; scan: boolean }

/** Two people who ask one after the other hardly notice; a look takes at most 250 ms of a processor. */
const ASK_GAP_MS = 2_000

export type AskPaceOptions = {
  start: (ask: CollectorAsk) => void
  /** Steady clock, ms. */
  steadyMs: () => number
  gapMs?: number
}

export class AskPace {
  readonly #options: AskPaceOptions
  #earliestMs = -Infinity
  #waiting: CollectorAsk | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(options: AskPaceOptions) {
    this.#options = options
  }

  /** Starts the ask now, or with all that come meanwhile: a report that answers one answers those before it. */
  take({ id, scan }: CollectorAsk): void {
    this.#waiting = { id, scan: scan || this.#waiting?.scan === true }
    const restMs = this.#earliestMs - this.#options.steadyMs()
    if (restMs <= 0) this.#start()
    else this.#timer ??= setTimeout(() => this.#start(), restMs)
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#waiting = null
  }

  #start(): void {
    const { gapMs = ASK_GAP_MS, start, steadyMs } = this.#options
    const ask = this.#waiting
    this.close()
    if (ask === null) return
    this.#earliestMs = steadyMs() + gapMs
    start(ask)
  }
}

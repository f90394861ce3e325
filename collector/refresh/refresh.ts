// One refresh: servers are asked for a fresh report, and whoever asked is told of each as it answers, or cannot.
//
// Theory of operation. Asking is Asks' business: it joins questions and remembers those nobody could be told of yet. A
// refresh only waits: for the answer, for the time to be over, or for it to be clear that no answer will come in time.
// The last is looked at once a second, since it depends on connections that come and go.
import { setImmediate as yieldToOthers } from 'node:timers/promises'
import type { RefreshOutcome } from '../views/refresh-view.ts'
import type { Asks } from './asks.ts'

export type RefreshPorts = {
  asks: Pick<Asks, 'ask' | 'remind'>
  /** False when the server was removed meanwhile. */
  isThere(serverId: string): boolean
  isConnected(serverId: string): boolean
  /** May it still answer within `waitMs` from now? See expectation.ts. */
  mayAnswer(serverId: string, waitMs: number): boolean
}

/** `waitMs` 0: ask and go. `signal`: whoever waited is gone. */
export type RefreshOptions = { scan: boolean; waitMs: number; signal: AbortSignal; lookMs?: number }

const LOOK_MS = 1_000
/** Each ask answers a parked poll; in between, others get their turn. */
const ASKED_AT_ONCE = 100

/** Resolves when `onSettled` was told of every server once, or at once when the signal fires. Rejects with what `onSettled` throws. */
export async function refresh(
  ports: RefreshPorts,
  serverIds: readonly string[],
  options: RefreshOptions,
  onSettled: (serverId: string, outcome: RefreshOutcome) => void,
): Promise<void> {
  const run = new RefreshRun(ports, serverIds, options, onSettled)
  await run.finish()
}

class RefreshRun {
  readonly #ports: RefreshPorts
  readonly #options: RefreshOptions
  readonly #open: Set<string>
  readonly #onSettled: (serverId: string, outcome: RefreshOutcome) => void
  readonly #leave: (() => void)[] = []
  readonly #done = Promise.withResolvers<void>()
  readonly #endsMs: number

  constructor(
    ports: RefreshPorts,
    serverIds: readonly string[],
    options: RefreshOptions,
    onSettled: (serverId: string, outcome: RefreshOutcome) => void,
  ) {
    this.#ports = ports
    this.#options = options
    this.#open = new Set(serverIds)
    this.#onSettled = onSettled
    this.#endsMs = performance.now() + options.waitMs
    // It may fail while servers are still being asked, and is waited for only after that.
    this.#done.promise.catch(() => undefined)
  }

  async finish(): Promise<void> {
    const { signal, waitMs, lookMs = LOOK_MS } = this.#options
    if (signal.aborted) return
    const stop = () => this.#stop()
    signal.addEventListener('abort', stop)
    try {
      await this.#askAll()
      this.#giveUpHopeless()
      if (waitMs === 0) this.#settleRest()
      this.#finishIfDone()
      await this.#untilDone(lookMs)
    } finally {
      for (const leave of this.#leave) leave()
      signal.removeEventListener('abort', stop)
    }
  }

  async #untilDone(lookMs: number): Promise<void> {
    const looks = setInterval(() => this.#look(), lookMs)
    const end = setTimeout(() => this.#settleRest(), Math.max(0, this.#leftMs()))
    try {
      await this.#done.promise
    } finally {
      clearInterval(looks)
      clearTimeout(end)
    }
  }

  async #askAll(): Promise<void> {
    const { asks } = this.#ports
    const { scan, signal } = this.#options
    for (const [index, id] of [...this.#open].entries()) {
      if (signal.aborted) return
      const onAnswered = () => this.#settle(id, this.#isThere(id) ? 'answered' : 'removed')
      this.#leave.push(asks.ask(id, { scan }, onAnswered).leave)
      if ((index + 1) % ASKED_AT_ONCE === 0) await yieldToOthers()
    }
  }

  #look(): void {
    // A reply that carried the ask may have been lost.
    for (const id of this.#open) this.#ports.asks.remind(id)
    this.#giveUpHopeless()
  }

  #giveUpHopeless(): void {
    const leftMs = Math.max(0, this.#leftMs())
    for (const id of this.#open) {
      if (!this.#ports.mayAnswer(id, leftMs)) this.#settle(id, this.#isThere(id) ? 'not-connected' : 'removed')
    }
  }

  #settleRest(): void {
    const late = this.#options.waitMs === 0 ? 'asked' : 'timed-out'
    for (const id of this.#open) this.#settle(id, this.#ports.isConnected(id) ? late : 'not-connected')
  }

  #settle(id: string, outcome: RefreshOutcome): void {
    if (!this.#open.delete(id)) return
    try {
      this.#onSettled(id, outcome)
      this.#finishIfDone()
    } catch (error) {
      // We are called from timers and by whoever took a report in: the fault is that of who waits, and goes there.
      this.#done.reject(error)
    }
  }

  #finishIfDone(): void {
    if (this.#open.size === 0) this.#done.resolve()
  }

  /** Asks live longer than their refresh: what comes of them later is nobody's business here. */
  #stop(): void {
    this.#open.clear()
    this.#done.resolve()
  }

  #isThere(id: string): boolean {
    return this.#ports.isThere(id)
  }

  #leftMs(): number {
    return this.#endsMs - performance.now()
  }
}

// Refreshes under way: how many there may be, and their end when the collector stops.
import type { Projection } from '../changes/projection.ts'
import type { Clock } from '../../shared/clock.ts'
import type { RefreshOutcome } from '../views/refresh-view.ts'
import type { Asks } from './asks.ts'
import { mayAnswer } from './expectation.ts'
import { refresh, type RefreshPorts } from './refresh.ts'

/** A fleet larger than this is asked part by part: every host looks, and reports, at the same moment. */
export const REFRESH_SERVERS_MAX = 2_000
export const REFRESH_WAIT_MS_MAX = 300_000
/** Fifty hooks of one deploy are welcome. */
export const REFRESHES_MAX = 100
/** Servers waited for by all refreshes together, each as often as it is waited for. */
export const WAITING_MAX = 20_000

/** What is known of open connections; see collector/ingest/parked-polls.ts. Times in epoch ms. */
export type Connections = {
  isConnected(serverId: string): boolean
  disconnectedSince(serverId: string): number | null
}

export type RefreshParts = {
  asks: Asks
  projection: Pick<Projection, 'get' | 'lastContactAt'>
  connections: Connections
  clock: Clock
}

export type RefreshOrder = { serverIds: readonly string[]; scan: boolean; waitMs: number; signal: AbortSignal }

export class RefreshDesk {
  readonly #parts: RefreshParts
  readonly #stopping = new AbortController()
  #underWay = 0
  #waiting = 0

  constructor(parts: RefreshParts) {
    this.#parts = parts
  }

  /** Takes a place for a refresh of so many servers; to be called is the way to give it back. Null: there is no room. */
  enter(servers: number): (() => void) | null {
    const hasRoom = this.#underWay < REFRESHES_MAX && this.#waiting + servers <= WAITING_MAX
    if (!hasRoom || this.#stopping.signal.aborted) return null
    this.#underWay += 1
    this.#waiting += servers
    return () => {
      this.#underWay -= 1
      this.#waiting -= servers
    }
  }

  /** As `refresh`. Ends early, with nothing told of those that are open, when `signal` fires or the collector stops. */
  run(order: RefreshOrder, onSettled: (serverId: string, outcome: RefreshOutcome) => void): Promise<void> {
    const { serverIds, scan, waitMs } = order
    const signal = AbortSignal.any([order.signal, this.#stopping.signal])
    return refresh(this.#ports(), serverIds, { scan, waitMs, signal }, onSettled)
  }

  /** Whoever waits is answered with what is known by then. */
  close(): void {
    this.#stopping.abort()
  }

  #ports(): RefreshPorts {
    const { asks, connections } = this.#parts
    return {
      asks,
      isThere: (id) => this.#parts.projection.get(id)?.lifecycle === 'active',
      isConnected: (id) => connections.isConnected(id),
      mayAnswer: (id, waitMs) => this.#mayAnswer(id, waitMs),
    }
  }

  #mayAnswer(id: string, waitMs: number): boolean {
    const { projection, connections, clock } = this.#parts
    const record = projection.get(id)
    if (record?.lifecycle !== 'active') return false
    const now = clock.now()
    const goneSince = connections.disconnectedSince(id)
    const contact = {
      isConnected: connections.isConnected(id),
      goneForMs: goneSince === null ? null : now - goneSince,
      reporting: record.verdict.reporting,
      lastContactAt: projection.lastContactAt(id),
      heartbeatMs: record.heartbeatMs,
    }
    return mayAnswer(contact, now + waitMs)
  }
}

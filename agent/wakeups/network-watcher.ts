// Wakes the agent when the network comes back while nothing gets through: after a long outage its next try may be
// minutes away, and a host that booted before its network would be taken for one that did not come back.
// There is no event for it without a socket of our own, so the list of addresses is read, and only while it matters:
// Node lists those of interfaces that have a carrier (IFF_RUNNING), so a cable that is put back shows, too.
import { startTicker, type Ticker } from './ticker.ts'

export const NETWORK_LOOK_MS = 2_000

export type NetworkWatch = {
  /** Addresses that others may be reached from, as texts. Rejects where they cannot be read. */
  addresses: () => Promise<readonly string[]>
  /** One of them is new. */
  onChange: () => void
  lookMs?: number
}

export class NetworkWatcher {
  readonly #watch: Required<NetworkWatch>
  #ticker: Ticker | null = null
  /** Addresses of the look before; null: there was none. */
  #known: ReadonlySet<string> | null = null

  constructor(watch: NetworkWatch) {
    this.#watch = { lookMs: NETWORK_LOOK_MS, ...watch }
  }

  /** Looks as long as it is on. Saying the same again changes nothing. */
  set(isOn: boolean): void {
    if (isOn === (this.#ticker !== null)) return
    this.#ticker?.stop()
    this.#ticker = isOn ? startTicker(this.#watch.lookMs, () => void this.#look()) : null
    this.#known = null
    if (isOn) void this.#look()
  }

  async #look(): Promise<void> {
    const ticker = this.#ticker
    const now = await this.#watch.addresses().catch(() => null)
    // An unreadable list says nothing: what was known stays.
    if (now === null || ticker === null || ticker !== this.#ticker) return
    const known = this.#known
    this.#known = new Set(now)
    if (known !== null && now.some((address) => !known.has(address))) this.#watch.onChange()
  }
}

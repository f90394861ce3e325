// How long needs stood until a restart ended them. The record that says "ended" no longer says since when, so the begin of
// each need is kept here while it stands.
import type { ServerRecord } from '../store/records.ts'
import type { CommitListener } from '../store/store.ts'

export class RestartTimes {
  /** Epoch ms by server id. */
  readonly #pending = new Map<string, number>()
  readonly #observe: (seconds: number) => void

  constructor(servers: Iterable<ServerRecord>, observe: (seconds: number) => void) {
    this.#observe = observe
    for (const record of servers) this.#keep(record)
  }

  readonly follow: CommitListener = (committed) => {
    for (const { change, record } of committed) {
      const since = this.#pending.get(record.id)
      const isRestarted = change.events.some(({ type, cause }) => type === 'restart-cleared' && cause === 'restarted')
      if (isRestarted && since !== undefined) this.#observe(Math.max(0, change.at - since) / 1000)
      this.#keep(record)
    }
  }

  #keep({ id, lifecycle, verdict }: ServerRecord): void {
    if (lifecycle === 'removed') this.#pending.delete(id)
    else if (verdict.since !== null) this.#pending.set(id, verdict.since)
    // Evidence that fails for a while ends no need: what is not known to be over goes on.
    else if (verdict.state !== 'unknown') this.#pending.delete(id)
  }
}

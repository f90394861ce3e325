// A part of the fleet that answers what the whole answers: a summary of what a query selects.
import type { ServerRecord } from '../store/records.ts'
import { countRecord, zeroCounts, type Counts } from './counts.ts'

export class Subset {
  readonly #records: readonly ServerRecord[]
  readonly #counts = zeroCounts()
  readonly #lastContactAt: (id: string) => number | null

  /** `records`: most urgent first. `lastContactAt`: epoch ms by server id. */
  constructor(records: readonly ServerRecord[], lastContactAt: (id: string) => number | null) {
    this.#records = records
    this.#lastContactAt = lastContactAt
    for (const record of records) countRecord(this.#counts, record, 1)
  }

  counts(): Readonly<Counts> {
    return this.#counts
  }

  inOrder(): readonly ServerRecord[] {
    return this.#records
  }

  newestContactAt(): number | null {
    let newest: number | null = null
    for (const { id } of this.#records) {
      const at = this.#lastContactAt(id)
      if (at !== null && at > (newest ?? -Infinity)) newest = at
    }
    return newest
  }
}

// Active servers in the order people should look at them, kept sorted as they change.
import { byUrgency, type Ranked } from '../../shared/judgement/order.ts'
import { nameOf, type ServerRecord } from '../store/records.ts'

/**
 * Changes wait until somebody reads: under a storm of reports nobody pays for an order that nobody looks at.
 * A list once handed out is never changed, so that a reader may page through it.
 */
export class OrderedServers {
  #sorted: readonly ServerRecord[] = []
  readonly #members = new Map<string, ServerRecord>()
  readonly #changed = new Set<string>()

  set(record: ServerRecord): void {
    this.#members.set(record.id, record)
    this.#changed.add(record.id)
  }

  remove(id: string): void {
    if (this.#members.delete(id)) this.#changed.add(id)
  }

  list(): readonly ServerRecord[] {
    if (this.#changed.size > 0) {
      const kept = this.#sorted.filter((record) => !this.#changed.has(record.id))
      this.#sorted = mergeInto(kept, this.#takeChanged().sort(compareRecords))
    }
    return this.#sorted
  }

  #takeChanged(): ServerRecord[] {
    const records: ServerRecord[] = []
    for (const id of this.#changed) {
      const record = this.#members.get(id)
      if (record !== undefined) records.push(record)
    }
    this.#changed.clear()
    return records
  }
}

function compareRecords(a: ServerRecord, b: ServerRecord): number {
  return byUrgency(rankedOf(a), rankedOf(b))
}

function rankedOf(record: ServerRecord): Ranked {
  return { verdict: record.verdict, name: nameOf(record), id: record.id }
}

/** Both sorted. The place of each of the few is found by binary search; the many between are copied as they are. */
function mergeInto(many: readonly ServerRecord[], few: readonly ServerRecord[]): ServerRecord[] {
  const merged: ServerRecord[] = []
  let copied = 0
  for (const record of few) {
    const place = lowerBound(many, record, copied)
    while (copied < place) pushAt(merged, many, copied++)
    merged.push(record)
  }
  while (copied < many.length) pushAt(merged, many, copied++)
  return merged
}

function pushAt(target: ServerRecord[], source: readonly ServerRecord[], index: number): void {
  const record = source[index]
  if (record !== undefined) target.push(record)
}

/** First index from `from` on whose record does not come before `record`. */
function lowerBound(sorted: readonly ServerRecord[], record: ServerRecord, from: number): number {
  let low = from
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const candidate = sorted[middle]
    if (candidate !== undefined && compareRecords(candidate, record) < 0) low = middle + 1
    else high = middle
  }
  return low
}

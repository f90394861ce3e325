// Active servers in the order people should look at them, kept sorted as they change.
import { byUrgency, type Ranked } from '../../shared/judgement/order.ts'
import { nameOf, type ServerRecord } from '../store/records.ts'
import { RecordRow, type ContactOf } from './query-row.ts'

/**
 * Changes wait until somebody reads: under a storm of reports nobody pays for an order that nobody looks at.
 * A list once handed out is never changed, so that a reader may page through it.
 */
export class OrderedServers {
  #rows: readonly RecordRow[] = []
  #records: readonly ServerRecord[] = []
  readonly #members = new Map<string, ServerRecord>()
  readonly #changed = new Set<string>()
  readonly #contactOf: ContactOf

  constructor(contactOf: ContactOf) {
    this.#contactOf = contactOf
  }

  set(record: ServerRecord): void {
    this.#members.set(record.id, record)
    this.#changed.add(record.id)
  }

  remove(id: string): void {
    if (this.#members.delete(id)) this.#changed.add(id)
  }

  list(): readonly ServerRecord[] {
    this.#takeChanges()
    return this.#records
  }

  /** The same servers in the same order, as queries ask them. */
  rows(): readonly RecordRow[] {
    this.#takeChanges()
    return this.#rows
  }

  #takeChanges(): void {
    if (this.#changed.size === 0) return
    const kept = this.#rows.filter(({ record }) => !this.#changed.has(record.id))
    const fresh: RecordRow[] = []
    for (const id of this.#changed) {
      const record = this.#members.get(id)
      if (record !== undefined) fresh.push(new RecordRow(record, this.#contactOf))
    }
    this.#changed.clear()
    this.#rows = mergeInto(kept, fresh.sort(compareRows))
    this.#records = this.#rows.map(({ record }) => record)
  }
}

export function compareRecords(a: ServerRecord, b: ServerRecord): number {
  return byUrgency(rankedOf(a), rankedOf(b))
}

function compareRows(a: RecordRow, b: RecordRow): number {
  return compareRecords(a.record, b.record)
}

function rankedOf(record: ServerRecord): Ranked {
  return { verdict: record.verdict, name: nameOf(record), id: record.id }
}

/** Both sorted. The place of each of the few is found by binary search; the many between are copied as they are. */
function mergeInto(many: readonly RecordRow[], few: readonly RecordRow[]): RecordRow[] {
  const merged: RecordRow[] = []
  let copied = 0
  for (const row of few) {
    const place = lowerBound(many, row, copied)
    while (copied < place) pushAt(merged, many, copied++)
    merged.push(row)
  }
  while (copied < many.length) pushAt(merged, many, copied++)
  return merged
}

function pushAt(target: RecordRow[], source: readonly RecordRow[], index: number): void {
  const row = source[index]
  if (row !== undefined) target.push(row)
}

/** First index from `from` on that does not come before `row`. */
function lowerBound(sorted: readonly RecordRow[], row: RecordRow, from: number): number {
  let low = from
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const candidate = sorted[middle]
    if (candidate !== undefined && compareRows(candidate, row) < 0) low = middle + 1
    else high = middle
  }
  return low
}

// Servers that a query selects, most urgent first. Only active ones are looked at, unless the query names a lifecycle.
import { rowTest } from '../../shared/query/match.ts'
import type { Query } from '../../shared/query/query.ts'
import type { ServerRecord } from '../store/records.ts'
import { compareRecords } from './ordered-servers.ts'
import { RecordRow } from './query-row.ts'

/** What the projection answers. */
export type Searchable = {
  inOrder(): readonly ServerRecord[]
  rowsInOrder(): readonly RecordRow[]
  all(): Iterable<ServerRecord>
  lastContactAt(id: string): number | null
}

/** The list never changes afterwards. `now` in epoch ms. */
export function findServers(servers: Searchable, query: Query, now: number): readonly ServerRecord[] {
  return query.length === 0 ? servers.inOrder() : select(servers, query, now, ({ record }) => record, compareRecords)
}

/** The same servers, as queries ask them. */
export function findRows(servers: Searchable, query: Query, now: number): readonly RecordRow[] {
  const compare = (a: RecordRow, b: RecordRow) => compareRecords(a.record, b.record)
  return query.length === 0 ? servers.rowsInOrder() : select(servers, query, now, (row) => row, compare)
}

/** One list, filled as it is found: a second one of 100,000 is work for the garbage collector. */
function select<T>(
  servers: Searchable,
  query: Query,
  now: number,
  pick: (row: RecordRow) => T,
  compare: (a: T, b: T) => number,
): T[] {
  const test = rowTest(query)
  const found: T[] = []
  for (const row of servers.rowsInOrder()) if (test(row, now)) found.push(pick(row))
  if (!query.some(({ key }) => key === 'lifecycle')) return found
  const before = found.length
  for (const record of servers.all()) {
    if (record.lifecycle === 'active') continue
    const row = new RecordRow(record, (id) => ({ at: servers.lastContactAt(id) }))
    if (test(row, now)) found.push(pick(row))
  }
  return found.length === before ? found : found.sort(compare)
}

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
  if (query.length === 0) return servers.inOrder()
  const test = rowTest(query)
  const found: ServerRecord[] = []
  for (const row of servers.rowsInOrder()) if (test(row, now)) found.push(row.record)
  if (!query.some(({ key }) => key === 'lifecycle')) return found
  const contactOf = (id: string) => servers.lastContactAt(id)
  const others: ServerRecord[] = []
  for (const record of servers.all()) {
    if (record.lifecycle !== 'active' && test(new RecordRow(record, contactOf), now)) others.push(record)
  }
  return others.length === 0 ? found : [...found, ...others].sort(compareRecords)
}

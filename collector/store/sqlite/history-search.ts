// Lines of history, newest first. A search never looks at more rows than the event loop can spare: one that finds little
// answers with what it has, and where to go on. Ids rise with time, so a time is looked up by halving the ids.
import type { SQLInputValue } from 'node:sqlite'
import type { ClearCause, EventType } from '../../../shared/judgement/transition.ts'
import type { HistoryRecord } from '../records.ts'
import type { HistoryFound, HistoryQuery } from '../store.ts'
import type { Connection } from './connection.ts'
import { sql, type Tables } from './queries.ts'

type HistoryRow = Tables['history']

const LIMIT_MAX = 1_000
/** About 50 ms. */
const ROWS_LOOKED_AT_MAX = 100_000

/** `lastIdOf`: a server's newest row. */
export function searchHistory(
  connection: Connection,
  query: HistoryQuery,
  lastIdOf: (serverId: string) => number | null,
): HistoryFound {
  const limit = Math.min(query.limit, LIMIT_MAX)
  const first = idFrom(connection, query.from ?? -Infinity)
  if (first === null) return { records: [], nextBeforeId: null }
  const beforeId = Math.min(query.beforeId ?? Infinity, beforeTime(connection, query.to))
  if (query.serverId !== undefined) {
    const start = newestOf(connection, query.serverId, query.beforeId, lastIdOf)
    // One more than asked for: whether there is a next page is known only by its first row.
    const rows = start === null ? [] : chainRows(connection, query, { start, first, beforeId, limit: limit + 1 })
    const records = rows.slice(0, limit).map(toHistory)
    return { records, nextBeforeId: rows.length > limit ? (records.at(-1)?.id ?? null) : null }
  }
  return scan(connection, query, { first, beforeId, limit })
}

type Span = { first: number; beforeId: number; limit: number }

function scan(connection: Connection, query: HistoryQuery, { first, beforeId, limit }: Span): HistoryFound {
  const end = Math.min(beforeId, lastId(connection) + 1)
  const lowest = Math.max(first, end - ROWS_LOOKED_AT_MAX)
  const rows = filtered(sql.selectFrom('history').selectAll(), query)
    .where('id', '<', end)
    .where('id', '>=', lowest)
    .orderBy('id', 'desc')
  const records: HistoryRecord[] = []
  for (const row of iterate(connection, rows)) {
    if (query.isServerWanted?.(row.server_id) === false) continue
    if (records.length === limit) return { records, nextBeforeId: records.at(-1)?.id ?? null }
    records.push(toHistory(row))
  }
  return { records, nextBeforeId: lowest > first ? lowest : null }
}

/** A server's rows, each found through the one after it. */
function chainRows(
  connection: Connection,
  query: HistoryQuery,
  { start, first, beforeId, limit }: Span & { start: number },
): HistoryRow[] {
  const rows = filtered(
    sql
      .withRecursive('chain', (db) =>
        db
          .selectFrom('history')
          .selectAll()
          .where('id', '=', start)
          .unionAll((part) =>
            part
              .selectFrom('chain')
              .innerJoin('history', 'history.id', 'chain.previous_id')
              .selectAll('history')
              .where('history.id', '>=', first),
          )
          .orderBy('id', 'desc'),
      )
      .selectFrom('chain')
      .selectAll(),
    query,
  )
    .where('id', '>=', first)
    .where('id', '<', Math.min(beforeId, Number.MAX_SAFE_INTEGER))
    .limit(limit)
  return [...iterate(connection, rows)]
}

/** What every search filters by, whichever rows it looks at. */
function filtered<Q extends Filterable<Q>>(rows: Q, { types, application }: HistoryQuery): Q {
  const ofType = types === undefined ? rows : rows.where('type', 'in', types)
  return application === undefined ? ofType : ofType.where('application', '=', application)
}

type Filterable<Q> = {
  where(column: 'type', operator: 'in', values: readonly EventType[]): Q
  where(column: 'application', operator: '=', value: string): Q
}

/** A page that goes on from a row of this server continues there; any other id is looked for from the newest. */
function newestOf(
  connection: Connection,
  serverId: string,
  beforeId: number | undefined,
  lastIdOf: (serverId: string) => number | null,
): number | null {
  const known =
    beforeId === undefined
      ? null
      : (connection.get('SELECT * FROM history WHERE id = ?', beforeId) as HistoryRow | null)
  return known?.server_id === serverId ? known.previous_id : lastIdOf(serverId)
}

type Compilable = { compile(): { sql: string; parameters: readonly unknown[] } }

/** Prepared anew: the texts differ with every combination of filters, and kept ones would never be let go. */
function iterate(connection: Connection, query: Compilable): Iterable<HistoryRow> {
  const { sql: text, parameters } = query.compile()
  const rows = connection.database.prepare(text).iterate(...(parameters as readonly SQLInputValue[]))
  return rows as unknown as Iterable<HistoryRow>
}

function lastId(connection: Connection): number {
  return Number(connection.get('SELECT max(id) AS id FROM history')?.['id'] ?? 0)
}

function beforeTime(connection: Connection, to: number | undefined): number {
  return to === undefined ? Infinity : (idFrom(connection, to) ?? Infinity)
}

/** The first row that is not older than `at`; null: all are. */
function idFrom(connection: Connection, at: number): number | null {
  let low = Number(connection.get('SELECT min(id) AS id FROM history')?.['id'] ?? 0)
  let high = lastId(connection) + 1
  if (at === -Infinity) return high === 1 ? null : low
  const end = high
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const row = connection.get('SELECT at FROM history WHERE id >= ? ORDER BY id LIMIT 1', middle)
    if (row !== null && Number(row['at']) < at) low = middle + 1
    else high = middle
  }
  return low === end ? null : low
}

export function toHistory(row: HistoryRow): HistoryRecord {
  return {
    id: row.id,
    at: row.at,
    serverId: row.server_id,
    serverName: row.server_name,
    application: row.application,
    type: row.type as EventType,
    cause: row.cause as ClearCause | null,
    data: JSON.parse(row.data) as Record<string, unknown>,
  }
}

// The log of changes and the history made of their events, with how long each is kept. Both only ever grow at the end:
// an index by server would touch another page of the file for every event, so each row of history names its server's
// row before instead, and a server's history is read by following these back.
import type { HistoryEvent } from '../../../shared/judgement/transition.ts'
import { applicationOf, type ChangeRecord, nameOf, type ServerRecord } from '../records.ts'
import type { Connection } from './connection.ts'
import { selectRows, sql, write } from './queries.ts'

const DAY_MS = 86_400_000
/** A reader of the log that is further behind than this starts again from the current state. */
const CHANGES_KEPT = 10_000
/** Changes are trimmed when this many more have come: a delete at every commit would double its work. */
const CHANGES_SLACK = 1_000
const HISTORY_KEPT_MS = 400 * DAY_MS
/** Rows one trim looks at, so that no trim blocks the event loop for long. */
const HISTORY_TRIM_MAX = 5_000

const INSERT_CHANGE = 'INSERT INTO changes (id, server_id, at) VALUES (?, ?, ?)'
const INSERT_HISTORY = `
INSERT INTO history (id, previous_id, at, server_id, server_name, application, type, cause, data)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`

type Ends = { change: number; history: number; trimmed: number }

export class LogRows {
  readonly #connection: Connection
  /** Last ids given out, and the last change that is gone; `#durable` is what a rollback returns to. */
  #ends: Ends
  #durable: Ends
  #historyTrimAt = 0

  constructor(connection: Connection) {
    this.#connection = connection
    const read = (query: string) => Number(connection.get(query)?.['id'] ?? 0)
    const change = read('SELECT max(id) AS id FROM changes')
    const trimmed = change === 0 ? 0 : read('SELECT min(id) - 1 AS id FROM changes')
    this.#durable = { change, history: read('SELECT max(id) AS id FROM history'), trimmed }
    this.#ends = this.#durable
  }

  get lastChangeId(): number {
    return this.#durable.change
  }

  append(serverId: string, events: readonly HistoryEvent[], at: number): ChangeRecord {
    const change = { id: this.#ends.change + 1, serverId, at, events: [...events] }
    this.#connection.run(INSERT_CHANGE, change.id, serverId, at)
    this.#ends = { ...this.#ends, change: change.id }
    return change
  }

  /** Appends a row per event behind the server's `previousId`; returns its newest row now. */
  appendHistory(record: ServerRecord, { at, events }: ChangeRecord, previousId: number | null): number | null {
    let last = previousId
    for (const { type, cause, data } of events) {
      const id = this.#ends.history + 1
      const labels = [record.id, nameOf(record), applicationOf(record)] as const
      this.#connection.run(INSERT_HISTORY, id, last, at, ...labels, type, cause, JSON.stringify(data))
      this.#ends = { ...this.#ends, history: id }
      last = id
    }
    return last
  }

  /** The last step of a transaction. */
  trimChanges(): void {
    const to = this.#ends.change - CHANGES_KEPT
    if (to < this.#ends.trimmed + CHANGES_SLACK) return
    this.#connection.run('DELETE FROM changes WHERE id <= ?', to)
    this.#ends = { ...this.#ends, trimmed: to }
  }

  publish(): void {
    this.#durable = this.#ends
  }

  forget(): void {
    this.#ends = this.#durable
  }

  /** Null when `afterId` is older than what is kept, or of another store's future. */
  changesAfter(afterId: number, limit: number): { id: number; serverId: string }[] | null {
    if (afterId < this.#durable.trimmed || afterId > this.#durable.change) return null
    const rows = sql
      .selectFrom('changes')
      .select(['id', 'server_id as serverId'])
      .where('id', '>', afterId)
      .orderBy('id')
      .limit(limit)
    return selectRows(this.#connection, rows)
  }

  /** Once a day, and a bounded piece at a time while there is more. Ids rise with time, so the oldest rows come first. */
  trimHistory(now: number): void {
    if (now < this.#historyTrimAt) return
    const oldest = sql.selectFrom('history').select('id').orderBy('id').limit(HISTORY_TRIM_MAX)
    const removed = write(
      this.#connection,
      sql
        .deleteFrom('history')
        .where('id', 'in', oldest)
        .where('at', '<', now - HISTORY_KEPT_MS),
    )
    if (removed < HISTORY_TRIM_MAX) this.#historyTrimAt = now + DAY_MS
  }
}

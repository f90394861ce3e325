// History: one row for each event, with how long it is kept. It only ever grows at the end: an index by server would touch
// another page of the file for every event, so each row names its server's row before instead, and a server's history is
// read by following these back.
import { applicationOf, type ChangeRecord, nameOf, type ServerRecord } from '../records.ts'
import type { Connection } from './connection.ts'
import { sql, write } from './queries.ts'

const DAY_MS = 86_400_000
const HISTORY_KEPT_MS = 400 * DAY_MS
/** Rows one trim looks at, so that no trim blocks the event loop for long. */
const HISTORY_TRIM_MAX = 5_000

const INSERT_HISTORY = `
INSERT INTO history (id, previous_id, at, server_id, server_name, application, type, cause, data)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`

export class HistoryRows {
  readonly #connection: Connection
  /** The last id given out; `#committed` is what a rollback returns to. */
  #lastId: number
  #committed: number
  #trimAt = 0

  constructor(connection: Connection) {
    this.#connection = connection
    this.#committed = Number(connection.get('SELECT max(id) AS id FROM history')?.['id'] ?? 0)
    this.#lastId = this.#committed
  }

  /** Appends a row per event behind the server's `previousId`; returns its newest row now. */
  append(record: ServerRecord, { at, events }: ChangeRecord, previousId: number | null): number | null {
    let last = previousId
    for (const { type, cause, data } of events) {
      this.#lastId += 1
      const labels = [record.id, nameOf(record), applicationOf(record)] as const
      this.#connection.run(INSERT_HISTORY, this.#lastId, last, at, ...labels, type, cause, JSON.stringify(data))
      last = this.#lastId
    }
    return last
  }

  publish(): void {
    this.#committed = this.#lastId
  }

  forget(): void {
    this.#lastId = this.#committed
  }

  /** Once a day, and a bounded piece at a time while there is more. Ids rise with time, so the oldest rows come first. */
  trim(now: number): void {
    if (now < this.#trimAt) return
    const oldest = sql.selectFrom('history').select('id').orderBy('id').limit(HISTORY_TRIM_MAX)
    const removed = write(
      this.#connection,
      sql
        .deleteFrom('history')
        .where('id', 'in', oldest)
        .where('at', '<', now - HISTORY_KEPT_MS),
    )
    if (removed < HISTORY_TRIM_MAX) this.#trimAt = now + DAY_MS
  }
}

// One row a day for the fleet and for each application. A day that nobody counted has no row, which is not a zero.
import type { DayCounts, DayTally } from '../records.ts'
import type { Connection } from './connection.ts'

const DAYS_KEPT = 3 * 366
const FLEET = ''

const SAVE = `
INSERT INTO day_counts (application, day, promoted, restart_required, cannot_tell, total) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (application, day) DO UPDATE SET promoted = excluded.promoted, restart_required = excluded.restart_required,
cannot_tell = excluded.cannot_tell, total = excluded.total`
const READ = `
SELECT day, promoted, restart_required AS restartRequired, cannot_tell AS cannotTell, total FROM day_counts
WHERE application = ? AND day BETWEEN ? AND ? ORDER BY day`

export class DayCountRows {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** The newest count of a day takes the place of the one before: saying it twice changes nothing. */
  save(day: number, tallies: ReadonlyMap<string | null, DayTally>): void {
    this.#connection.transaction(() => {
      for (const [application, { promoted, restartRequired, cannotTell, total }] of tallies) {
        this.#connection.run(SAVE, application ?? FLEET, day, promoted, restartRequired, cannotTell, total)
      }
      this.#connection.run('DELETE FROM day_counts WHERE day < ?', day - DAYS_KEPT)
    })
  }

  /** Oldest first, both ends included. */
  read(application: string | null, fromDay: number, toDay: number): DayCounts[] {
    return this.#connection.all(READ, application ?? FLEET, fromDay, toDay) as DayCounts[]
  }
}

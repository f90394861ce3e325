// A search through more history than one answer may look at.
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { openSqliteStore } from '../../../collector/store/sqlite-store.ts'
import { systemClock } from '../../../shared/clock.ts'
import { serverRecord } from '../../support/store/records.ts'
import { temporaryFolder } from '../../support/store/temp-folder.ts'

const ROWS = 250_000

/** One event a second; the first is the only one of its kind. */
function fillHistory(directory: string): void {
  const database = new DatabaseSync(join(directory, 'overdue.db'))
  database.exec(`
    WITH RECURSIVE ids(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM ids WHERE id < ${ROWS})
    INSERT INTO history (id, previous_id, at, server_id, server_name, application, type, cause, data)
    SELECT id, nullif(id - 1, 0), id * 1000, 's1', 'web-1', 'shop', iif(id = 1, 'registered', 'back'), NULL, '{}' FROM ids`)
  database.close()
}

it.each([
  ['of everything', {}],
  ['of one server', { serverId: 's1' }],
  ['of one kind', { types: ['back'] }],
] as const)('a page %s that ends with the oldest line has no next one', async (_, filter) => {
  const directory = temporaryFolder()
  const store = openSqliteStore({ directory, clock: systemClock, mode: 'serve' })
  const events = (['registered', 'back', 'back', 'back', 'back'] as const).map((type) => ({
    type,
    cause: null,
    data: {},
  }))
  await store.transact((tx) => tx.putServer(serverRecord('s1'), events, 1_000))
  const found = (limit: number) => store.searchHistory({ ...filter, limit })
  const all = found(100).records.length

  expect(found(all)).toMatchObject({ records: { length: all }, nextBeforeId: null })
  expect(found(all - 1)).toMatchObject({ records: { length: all - 1 }, nextBeforeId: found(all).records.at(-2)?.id })
  expect(all).toBeGreaterThan(3)
  store.close()
})

it('a search that finds little answers in pieces, and gets to the end', () => {
  const directory = temporaryFolder()
  const store = openSqliteStore({ directory, clock: systemClock, mode: 'serve' })
  fillHistory(directory)

  const pieces = []
  let beforeId: number | null = null
  do {
    const found = store.searchHistory({ types: ['registered'], limit: 5, ...(beforeId === null ? {} : { beforeId }) })
    pieces.push(found.records.map(({ id }) => id))
    beforeId = found.nextBeforeId
  } while (beforeId !== null)
  const span = store.searchHistory({ from: 1_000_000, to: 1_002_000, limit: 5 })
  store.close()

  expect(pieces).toEqual([[], [], [1]])
  expect(span.records.map(({ at }) => at)).toEqual([1_001_000, 1_000_000])
  expect(span.nextBeforeId).toBeNull()
})

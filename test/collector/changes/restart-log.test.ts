import { expect, it } from 'vitest'
import { RestartLog } from '../../../collector/changes/restart-log.ts'
import { openSqliteStore } from '../../../collector/store/sqlite-store.ts'
import type { Store } from '../../../collector/store/store.ts'
import type { ClearCause, EventType } from '../../../shared/judgement/transition.ts'
import { NOW, serverRecord } from '../../support/store/records.ts'
import { temporaryFolder } from '../../support/store/temp-folder.ts'
import { until } from '../../support/until.ts'

const HOUR = 3_600_000
const fail = (error: unknown) => {
  throw error
}

function openStore(): Store {
  return openSqliteStore({ directory: temporaryFolder(), clock: { now: () => NOW } })
}

function tell(store: Store, id: string, hoursAgo: number, type: EventType, cause: ClearCause | null = null) {
  const record = serverRecord(id, { joinKeyApplication: `app-of-${id}` })
  return store.transact((tx) => tx.putServer(record, [{ type, cause, data: {} }], NOW - hoursAgo * HOUR))
}

it('measures from the first word of a need to the restart that ended it', async () => {
  const store = openStore()
  await tell(store, 'a', 50, 'restart-required')
  await tell(store, 'b', 40, 'restart-required')
  await tell(store, 'a', 30, 'restart-required')
  await tell(store, 'a', 20, 'restart-cleared', 'restarted')

  expect(new RestartLog(store, fail).times(NOW)).toEqual([
    { at: NOW - 20 * HOUR, application: 'app-of-a', pendingMs: 30 * HOUR },
  ])
})

it('counts no need that ended otherwise, and no restart whose need nobody told', async () => {
  const store = openStore()
  await tell(store, 'a', 50, 'restart-required')
  await tell(store, 'a', 40, 'restart-cleared', 'flag-removed')
  await tell(store, 'a', 30, 'restart-cleared', 'restarted')

  expect(new RestartLog(store, fail).times(NOW)).toEqual([])
})

it('goes on where it was, and takes nothing twice', async () => {
  const store = openStore()
  await tell(store, 'a', 50, 'restart-required')
  await tell(store, 'a', 40, 'restart-cleared', 'restarted')
  const log = new RestartLog(store, fail)
  log.times(NOW - 40 * HOUR)
  await tell(store, 'a', 40, 'restart-required')
  log.times(NOW - 40 * HOUR)
  await tell(store, 'a', 39, 'restart-cleared', 'restarted')

  expect(log.times(NOW)?.map(({ pendingMs }) => pendingMs)).toEqual([10 * HOUR, HOUR])
})

it('reads a long history in pieces, and says nothing before it has read all of it', async () => {
  const store = openStore()
  const events = Array.from({ length: 700 }, () => [
    { type: 'restart-required', cause: null, data: {} } as const,
    { type: 'restart-cleared', cause: 'restarted', data: {} } as const,
  ]).flat()
  await store.transact((tx) => tx.putServer(serverRecord('a'), events, NOW - HOUR))
  const log = new RestartLog(store, fail)

  expect(log.times(NOW)).toBe(null)
  await until('all of it is read', () => log.times(NOW) !== null)

  expect(log.times(NOW)).toHaveLength(700)
})

it('reads no further once it is stopped, because the store closes then', async () => {
  const store = openStore()
  const events = Array.from({ length: 1_200 }, () => ({ type: 'restart-required', cause: null, data: {} }) as const)
  await store.transact((tx) => tx.putServer(serverRecord('a'), events, NOW - HOUR))
  const log = new RestartLog(store, fail)
  log.times(NOW)

  log.stop()
  store.close()
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

  expect(log.times(NOW)).toBe(null)
})

it('tries again after a store that did not answer', async () => {
  const store = openStore()
  await tell(store, 'a', 50, 'restart-required')
  await tell(store, 'a', 40, 'restart-cleared', 'restarted')
  let isBroken = true
  const errors: unknown[] = []
  const searchHistory: Store['searchHistory'] = (query) => {
    if (isBroken) throw new Error('disk I/O error')
    return store.searchHistory(query)
  }
  const log = new RestartLog({ searchHistory }, (error) => errors.push(error))

  expect(log.times(NOW)).toBe(null)
  isBroken = false
  expect(log.times(NOW)).toHaveLength(1)
  expect(errors).toHaveLength(1)
})

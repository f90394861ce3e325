// The store's contract: history and changes.
import { describe, expect, it } from 'vitest'
import type { Store } from '../../../../collector/store/store.ts'
import { NOW, serverRecord } from '../../../support/store/records.ts'
import { put, SILENT, type WithStore } from './contract-kit.ts'

export function describeHistoryAndChanges(name: string, withStore: WithStore): void {
  describe(`${name}: history and changes`, () => {
    it(
      'lists history newest first, of all or of one server, page by page',
      withStore(async (open) => {
        const store = open()
        for (const id of ['s1', 's2', 's1', 's2', 's1'])
          await put(store, serverRecord(id), [SILENT, { ...SILENT, type: 'back' }])

        const all = store.history({ limit: 3 })
        const own = store.history({ serverId: 's1', limit: 4 })
        const next = store.history({ serverId: 's1', limit: 4, beforeId: own.at(-1)?.id ?? 0 })
        const fromElsewhere = store.history({ serverId: 's1', limit: 1, beforeId: 8 })

        expect(all.map(({ id }) => id)).toEqual([10, 9, 8])
        expect(all[1]).toEqual({
          id: 9,
          at: NOW,
          serverId: 's1',
          serverName: 'name-s1',
          application: null,
          type: 'silent',
          cause: null,
          data: { packages: ['a'] },
        })
        expect(own.map(({ id }) => id)).toEqual([10, 9, 6, 5])
        expect(next.map(({ id }) => id)).toEqual([2, 1])
        expect(fromElsewhere.map(({ id }) => id)).toEqual([6])
        expect(store.history({ serverId: 'nobody', limit: 5 })).toEqual([])
      }),
    )

    it(
      'goes on with a server’s history after a restart',
      withStore(async (open) => {
        const store = open()
        await put(store, serverRecord('s1'), [SILENT])
        await put(store, serverRecord('s2'), [SILENT])
        store.close()
        const again = open()
        await put(again, serverRecord('s1'), [SILENT])

        expect(again.history({ serverId: 's1', limit: 9 }).map(({ id }) => id)).toEqual([3, 1])
      }),
    )

    it(
      'trims history after 400 days, and nothing younger',
      withStore(async (open) => {
        const old = open()
        await put(old, serverRecord('s1'), [SILENT], NOW - 401 * 86_400_000)
        await put(old, serverRecord('s1'), [SILENT], NOW - 399 * 86_400_000)

        old.saveContacts(new Map())

        expect(old.history({ limit: 9 }).map(({ id }) => id)).toEqual([2])
        expect(old.history({ serverId: 's1', limit: 9 }).map(({ id }) => id)).toEqual([2])
      }),
    )

    it(
      'lists the servers changed after an id, each with its newest change, and says null when that is yet to come',
      withStore(async (open) => {
        const store = open()
        for (const id of ['s1', 's2', 's1', 's3']) await put(store, serverRecord(id))
        const expectAll = (known: Store) => {
          expect(known.changesAfter(0, 10)).toEqual([
            { id: 2, serverId: 's2' },
            { id: 3, serverId: 's1' },
            { id: 4, serverId: 's3' },
          ])
          expect(known.changesAfter(2, 1)).toEqual([{ id: 3, serverId: 's1' }])
          expect(known.changesAfter(4, 10)).toEqual([])
          expect(known.changesAfter(5, 10)).toBeNull()
          expect(known.changesAfter(-1, 10)).toBeNull()
          expect(known.lastChangeId()).toBe(4)
        }

        expectAll(store)
        store.close()
        expectAll(open())
      }),
    )
  })
}

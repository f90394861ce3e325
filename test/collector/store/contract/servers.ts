// The store's contract: servers.
import { describe, expect, it } from 'vitest'
import { NOW, serverRecord } from '../../../support/store/records.ts'
import { byId, put, type WithStore } from './contract-kit.ts'

export function describeServers(name: string, withStore: WithStore): void {
  describe(`${name}: servers`, () => {
    it(
      'keeps a record across a restart, with the revision of its change',
      withStore(async (open) => {
        const store = open()
        const change = await put(store, serverRecord('s1', { enrolledName: 'väb “1”' }))
        store.close()

        const [record] = [...open().loadServers()]

        expect(change.id).toBe(1)
        expect(record).toEqual({ ...serverRecord('s1', { enrolledName: 'väb “1”' }), revision: 1 })
      }),
    )

    it(
      'keeps the newest large value of each section apart from the record, and none of a unit that failed',
      withStore(async (open) => {
        const store = open()
        const save = (packages: string[], fails = false) =>
          store.transact((tx) => {
            tx.putServer(serverRecord('s1'), [], NOW)
            tx.putStoredValue('s1', 'packages', packages)
            if (fails) throw new Error('after it wrote')
            return tx.storedValue('s1', 'packages')
          })

        const [first, second] = await Promise.all([save(['a:all=1']), save(['a:all=2', 'b:all=1 hold'])])
        await expect(save([], true)).rejects.toThrow('after it wrote')
        store.close()
        const again = open()

        expect([first, second]).toEqual([['a:all=1'], ['a:all=2', 'b:all=1 hold']])
        expect(again.storedValue('s1', 'packages')).toEqual(['a:all=2', 'b:all=1 hold'])
        expect(again.storedValue('s1', 'listeners')).toBeNull()
        expect(again.storedValue('s2', 'packages')).toBeNull()
      }),
    )

    it(
      'shows a unit what earlier units of the same commit wrote',
      withStore(async (open) => {
        const store = open()
        const add = () =>
          store.transact((tx) => {
            const record = tx.server('s1') ?? serverRecord('s1')
            return tx.putServer({ ...record, heartbeatMs: record.heartbeatMs + 1 }, [], NOW).id
          })

        const ids = await Promise.all([add(), add(), add()])

        expect(ids).toEqual([1, 2, 3])
        expect(byId(store).get('s1')?.heartbeatMs).toBe(60_003)
      }),
    )

    it(
      'finds a server by its credential, also before the commit and after the credential changed',
      withStore(async (open) => {
        const store = open()
        const record = serverRecord('s1')

        const staged = await store.transact((tx) => {
          tx.putServer(record, [], NOW)
          return tx.serverByCredentialHash(record.credentialHash)?.id
        })
        await put(store, { ...record, credentialHash: 'other' })
        const found = await store.transact((tx) => [
          tx.serverByCredentialHash('other')?.id,
          tx.serverByCredentialHash(record.credentialHash),
        ])

        expect(staged).toBe('s1')
        expect(found).toEqual(['s1', null])
      }),
    )

    it(
      'never lets two servers share a credential',
      withStore(async (open) => {
        const store = open()
        await put(store, serverRecord('s1', { credentialHash: 'same' }))

        await expect(put(store, serverRecord('s2', { credentialHash: 'same' }))).rejects.toThrow('credential_hash')

        expect([...byId(store).keys()]).toEqual(['s1'])
      }),
    )
  })
}

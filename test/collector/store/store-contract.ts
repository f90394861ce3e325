// What every store must do, whatever stands behind it. Run for each of them by its own test file.
import { describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../../../shared/judgement/policy.ts'
import type { HistoryEvent } from '../../../shared/judgement/transition.ts'
import type { ServerRecord } from '../../../collector/store/records.ts'
import type { CommitListener, Store } from '../../../collector/store/store.ts'
import { AUDIT, joinKeyRecord, NOW, serverRecord, tokenRecord } from '../../support/store/records.ts'

/** The same data each time it is called; `now` is the store's clock. */
export type OpenStore = (now?: number) => Store

const SILENT: HistoryEvent = { type: 'silent', cause: null, data: { packages: ['a'] } }
const put = (store: Store, record: ServerRecord, events: HistoryEvent[] = [], at = NOW) =>
  store.transact((tx) => tx.putServer(record, events, at))
const byId = (store: Store) => new Map([...store.loadServers()].map((record) => [record.id, record]))

export function describeStore(
  name: string,
  withStore: (run: (open: OpenStore) => Promise<void>) => () => Promise<void>,
) {
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

  describe(`${name}: commits`, () => {
    it(
      'lets a unit that throws fail alone',
      withStore(async (open) => {
        const store = open()
        const before = put(store, serverRecord('s1'))
        const failing = store.transact(() => {
          throw new Error('no good')
        })
        const after = put(store, serverRecord('s2'))

        await expect(failing).rejects.toThrow('no good')
        await Promise.all([before, after])

        expect([...byId(store).keys()]).toEqual(['s1', 's2'])
      }),
    )

    it(
      'undoes what a unit wrote before it threw, and nothing of its neighbours',
      withStore(async (open) => {
        const store = open()
        const before = put(store, serverRecord('s1'))
        const failing = store.transact((tx) => {
          tx.putServer(serverRecord('s2'), [SILENT], NOW)
          throw new Error('half way')
        })
        const after = put(store, serverRecord('s3'))

        await expect(failing).rejects.toThrow('half way')
        const changes = await Promise.all([before, after])
        store.close()
        const again = open()

        expect(changes.map(({ id }) => id)).toEqual([1, 2])
        expect([...byId(again).keys()]).toEqual(['s1', 's3'])
        expect(again.history({ limit: 10 })).toEqual([])
        expect(again.lastChangeId()).toBe(2)
      }),
    )

    it(
      'answers after its listeners were told, with what was committed in order',
      withStore(async (open) => {
        const store = open()
        const told: string[] = []
        const stop = store.onCommit((committed) => {
          told.push(...committed.map(({ change, record }) => `${change.id} ${record.id} ${record.revision}`))
        })

        const answers = Promise.all(
          ['s1', 's2'].map((id) => put(store, serverRecord(id)).then(() => told.push('answered'))),
        )
        await answers
        stop()
        await put(store, serverRecord('s3'))

        expect(told).toEqual(['1 s1 1', '2 s2 2', 'answered', 'answered'])
      }),
    )

    it(
      'goes on when a listener throws',
      withStore(async (open) => {
        const store = open()
        const told: number[] = []
        const broken: CommitListener = () => {
          throw new Error('listener broke')
        }
        store.onCommit(broken)
        store.onCommit((committed) => told.push(committed.length))

        await put(store, serverRecord('s1'))

        expect(told).toEqual([1])
      }),
    )

    it(
      'commits what was asked for before it closes, and refuses afterwards',
      withStore(async (open) => {
        const store = open()
        const pending = put(store, serverRecord('s1'))
        store.close()

        await pending
        await expect(put(store, serverRecord('s2'))).rejects.toThrow('closed')

        expect([...byId(open()).keys()]).toEqual(['s1'])
      }),
    )

    it(
      'commits more units than fit one transaction',
      withStore(async (open) => {
        const store = open()

        await Promise.all(Array.from({ length: 1_000 }, (_, index) => put(store, serverRecord(`s${index}`))))

        expect(byId(store).size).toBe(1_000)
        expect(store.lastChangeId()).toBe(1_000)
      }),
    )
  })

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
      'lists changes after an id, and says null when that is not what it knows',
      withStore(async (open) => {
        const store = open()
        for (const id of ['s1', 's2', 's1']) await put(store, serverRecord(id))

        expect(store.changesAfter(1, 10)).toEqual([
          { id: 2, serverId: 's2' },
          { id: 3, serverId: 's1' },
        ])
        expect(store.changesAfter(0, 1)).toEqual([{ id: 1, serverId: 's1' }])
        expect(store.changesAfter(3, 10)).toEqual([])
        expect(store.changesAfter(4, 10)).toBeNull()
      }),
    )

    it(
      'keeps at least the newest 10,000 changes and not all of them',
      withStore(async (open) => {
        const store = open()
        const many = (count: number) =>
          Promise.all(Array.from({ length: count }, (_, index) => put(store, serverRecord(`s${index % 10}`))))
        for (let round = 0; round < 12; round++) await many(1_000)

        expect(store.changesAfter(2_000, 1)).toEqual([{ id: 2_001, serverId: 's0' }])
        expect(store.changesAfter(0, 1)).toBeNull()
        store.close()
        expect(open().changesAfter(0, 1)).toBeNull()
      }),
    )
  })

  describe(`${name}: contacts`, () => {
    it(
      'keeps the last contact, and never one older than the record knows',
      withStore(async (open) => {
        const store = open()
        await put(store, serverRecord('s1', { lastContactAt: NOW }))
        await put(store, serverRecord('s2', { lastContactAt: NOW }))
        store.saveContacts(new Map([['s1', NOW + 5]]))
        store.saveContacts(new Map([['s2', NOW - 5]]))
        store.close()

        const records = byId(open())

        expect(records.get('s1')?.lastContactAt).toBe(NOW + 5)
        expect(records.get('s2')?.lastContactAt).toBe(NOW)
      }),
    )
  })

  describe(`${name}: operators`, () => {
    it(
      'gives every store its own epoch, the same after a restart',
      withStore(async (open) => {
        const store = open()
        store.close()

        expect(open().epoch).toBe(store.epoch)
        expect(store.epoch).toMatch(/^[0-9a-f]{32}$/)
      }),
    )

    it(
      'takes exactly the uses a join key has',
      withStore(async (open) => {
        const store = open()
        store.createJoinKey(joinKeyRecord({ usesMax: 3 }), AUDIT)
        const take = () => store.transact((tx) => tx.takeJoinKeyUse('key1', NOW))

        const taken = await Promise.all(Array.from({ length: 10 }, take))

        expect(taken.filter(Boolean)).toHaveLength(3)
        expect(store.joinKeys()).toEqual([joinKeyRecord({ usesMax: 3, uses: 3 })])
      }),
    )

    it(
      'takes no use of an unknown, expired or revoked join key',
      withStore(async (open) => {
        const store = open()
        store.createJoinKey(joinKeyRecord({ id: 'revoked', cidrs: ['10.0.0.0/8'], application: 'shop' }), AUDIT)
        store.createJoinKey(joinKeyRecord({ id: 'expired', expiresAt: NOW }), AUDIT)

        expect(store.revokeJoinKey('revoked', NOW + 1, AUDIT)).toBe(true)
        expect(store.revokeJoinKey('revoked', NOW + 2, AUDIT)).toBe(false)
        const taken = await Promise.all(
          ['unknown', 'expired', 'revoked'].map((id) => store.transact((tx) => tx.takeJoinKeyUse(id, NOW))),
        )

        expect(taken).toEqual([false, false, false])
        expect(await store.transact((tx) => tx.joinKey('revoked'))).toEqual(
          joinKeyRecord({ id: 'revoked', cidrs: ['10.0.0.0/8'], application: 'shop', revokedAt: NOW + 1 }),
        )
      }),
    )

    it(
      'keeps tokens and revokes each once',
      withStore(async (open) => {
        const store = open()
        store.createToken(tokenRecord(), AUDIT)
        store.createToken(tokenRecord({ id: 'token2', role: 'admin', expiresAt: NOW + 1 }), AUDIT)

        expect(store.revokeToken('token1', NOW + 3, AUDIT)).toBe(true)
        expect(store.revokeToken('token1', NOW + 4, AUDIT)).toBe(false)
        expect(store.revokeToken('nobody', NOW, AUDIT)).toBe(false)
        expect(store.token('token1')).toEqual(tokenRecord({ revokedAt: NOW + 3 }))
        expect(store.token('nobody')).toBeNull()
        expect(store.tokens()).toHaveLength(2)
      }),
    )

    it(
      'keeps sessions until they are deleted or a new one finds them ended',
      withStore(async (open) => {
        const store = open()
        const session = { idHash: 'h1', tokenId: 'token1', createdAt: NOW, expiresAt: NOW + 10 }
        store.createSession(session)
        store.createSession({ ...session, idHash: 'h2', expiresAt: NOW + 50 })

        expect(store.session('h1')).toEqual(session)
        store.createSession({ ...session, idHash: 'h3', createdAt: NOW + 10, expiresAt: NOW + 60 })
        expect(store.session('h1')).toBeNull()
        store.deleteSession('h2')
        expect(store.session('h2')).toBeNull()
        expect(store.session('h3')).not.toBeNull()
      }),
    )

    it(
      'keeps one policy and audits each change of it',
      withStore(async (open) => {
        const store = open()
        expect(store.policy()).toBeNull()
        store.savePolicy(DEFAULT_POLICY, { ...AUDIT, detail: { n: 1 } })
        store.savePolicy({ ...DEFAULT_POLICY, silentAfterMs: 5 }, { ...AUDIT, detail: { n: 2 } })
        expect(store.policy()).toEqual({ ...DEFAULT_POLICY, silentAfterMs: 5 })
        store.close()

        expect(open().policy()).toEqual({ ...DEFAULT_POLICY, silentAfterMs: 5 })
      }),
    )

    it(
      'audits what happened, and nothing that did not',
      withStore(async (open) => {
        const store = open()
        store.createToken(tokenRecord(), { ...AUDIT, action: 'token.create' })
        store.revokeToken('nobody', NOW, { ...AUDIT, action: 'token.revoke' })
        expect(() => store.createToken(tokenRecord(), { ...AUDIT, action: 'twice' })).toThrow('tokens.id')
        await store.transact((tx) => tx.appendAudit({ ...AUDIT, action: 'in a unit', detail: { a: [1] } }))

        expect(store.audit(9)).toEqual([
          { ...AUDIT, id: 2, action: 'in a unit', detail: { a: [1] } },
          { ...AUDIT, id: 1, action: 'token.create' },
        ])
      }),
    )
  })
}

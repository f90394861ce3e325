// The store's contract: operators.
import { describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../../../../shared/judgement/policy.ts'
import { AUDIT, joinKeyRecord, NOW, tokenRecord } from '../../../support/store/records.ts'
import { type WithStore } from './contract-kit.ts'

export function describeOperators(name: string, withStore: WithStore): void {
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

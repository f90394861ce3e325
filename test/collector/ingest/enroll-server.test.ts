import { describe, expect, it } from 'vitest'
import { createServerId, type EnrollmentOutcome } from '../../../collector/ingest/enroll-server.ts'
import { createCore } from '../../support/store/collector-core.ts'
import { AUDIT, joinKeyRecord, NOW } from '../../support/store/records.ts'

const idOf = (outcome: EnrollmentOutcome) => (outcome.kind === 'enrolled' ? outcome.serverId : outcome.why)

describe('enrolment', () => {
  it('makes a server with the bounds of its key', async () => {
    const core = createCore()
    core.addKey({ application: 'shop', ephemeral: true })

    const outcome = await core.enroll('web-1')

    expect(outcome).toEqual({
      kind: 'enrolled',
      serverId: expect.stringMatching(/^s[a-z2-7]{26}$/),
      lifecycle: 'active',
    })
    expect(core.record(idOf(outcome))).toMatchObject({
      enrolledName: 'web-1',
      joinKeyId: 'key1',
      joinKeyApplication: 'shop',
      ephemeral: true,
      createdAt: NOW,
      lastContactAt: null,
      verdict: { state: 'unknown', reporting: 'never' },
    })
    expect(core.events(idOf(outcome))).toEqual(['registered'])
    expect(core.store.audit(1)).toMatchObject([
      { actor: 'join-key:key1', action: 'server.enroll', subject: idOf(outcome) },
    ])
  })

  it('waits for approval where the key says so, and tells nobody yet', async () => {
    const core = createCore()
    core.addKey({ approve: 'pending' })

    const outcome = await core.enroll('web-1')

    expect(outcome).toMatchObject({ kind: 'enrolled', lifecycle: 'pending-approval' })
    expect(core.projection.counts()).toMatchObject({ total: 0, lifecycle: { 'pending-approval': 1 } })
    expect(core.store.history({ limit: 9 })).toEqual([])
  })

  it('asked again with the same credential gives the same server and takes no second use', async () => {
    const core = createCore()
    core.addKey({ usesMax: 1 })

    const outcomes = await Promise.all([core.enroll('web-1'), core.enroll('web-1')])
    core.clock.at += 10 * 86_400_000
    core.store.revokeJoinKey('key1', core.clock.at, AUDIT)
    outcomes.push(await core.enroll('web-1'))

    expect(new Set(outcomes.map(idOf)).size).toBe(1)
    expect(outcomes.map(({ kind }) => kind)).toEqual(['enrolled', 'enrolled', 'enrolled'])
    expect(core.store.joinKeys()[0]?.uses).toBe(1)
    expect(core.projection.size).toBe(1)
  })

  it('makes a hundred servers of one name, and touches none of them', async () => {
    const core = createCore()
    core.addKey({ usesMax: 100 })

    const outcomes = []
    for (let n = 0; n < 100; n++) outcomes.push(await core.enroll('same-name', { credential: `credential ${n}` }))

    const records = [...core.projection.all()]
    expect(new Set(outcomes.map(idOf)).size).toBe(100)
    expect(records.map(({ enrolledName, lifecycle }) => `${enrolledName} ${lifecycle}`)).toEqual(
      Array.from({ length: 100 }, () => 'same-name active'),
    )
    expect(new Set(records.map(({ revision }) => revision)).size).toBe(100)
  })

  it('of 200 at once with a key for 20 succeeds exactly 20 times', async () => {
    const core = createCore()
    core.addKey({ usesMax: 20 })

    const outcomes = await Promise.all(Array.from({ length: 200 }, (_, n) => core.enroll(`web-${n}`)))

    const refused = outcomes.filter(({ kind }) => kind === 'rejected')
    expect(refused).toHaveLength(180)
    expect(new Set(refused.map(idOf))).toEqual(new Set(['key-not-usable']))
    expect(core.projection.size).toBe(20)
    expect(core.store.joinKeys()[0]?.uses).toBe(20)
  })

  it.each([
    ['an unknown key', { keyId: 'nobody' }, 'unknown-key'],
    ['a wrong secret', { secret: 'x'.repeat(43) }, 'wrong-secret'],
    ['an expired key', { keyId: 'expired' }, 'key-not-usable'],
    ['a spent key', { keyId: 'spent' }, 'key-not-usable'],
    ['a revoked key', { keyId: 'revoked' }, 'key-not-usable'],
  ])('with %s is refused and makes nothing', async (_, options, why) => {
    const core = createCore()
    core.addKey()
    for (const key of [
      { id: 'expired', expiresAt: NOW },
      { id: 'spent', uses: 20 },
      { id: 'revoked', revokedAt: NOW },
    ])
      core.addKey(key)

    expect(await core.enroll('web-1', options)).toEqual({ kind: 'rejected', why })
    expect(core.projection.size).toBe(0)
    expect(core.store.joinKeys().find(({ id }) => id === 'key1')).toEqual(joinKeyRecord())
  })

  it('with a credential whose server was removed is refused', async () => {
    const core = createCore()
    core.addKey()
    const id = idOf(await core.enroll('web-1'))
    await core.store.transact((tx) => tx.putServer({ ...core.record(id), lifecycle: 'removed' }, [], NOW))

    expect(await core.enroll('web-1')).toEqual({ kind: 'rejected', why: 'server-not-active' })
    expect(core.record(id).lifecycle).toBe('removed')
  })
})

describe('addresses a key allows', () => {
  it.each([
    [['10.0.0.0/8'], '10.200.3.4', true],
    [['10.0.0.0/8'], '11.0.0.1', false],
    [['10.0.0.0/8'], '::ffff:10.1.1.1', true],
    [['10.0.0.0/8'], '2001:db8::1', false],
    [['2001:db8::/32', '192.0.2.7'], '2001:db8:1::9', true],
    [['2001:db8::/32', '192.0.2.7'], '192.0.2.7', true],
    [['2001:db8::/32', '192.0.2.7'], '192.0.2.8', false],
    [['nonsense', '10.0.0.0/99', '10.0.0.0/'], '10.0.0.1', false],
    [['10.0.0.0/8'], null, false],
    [['10.0.0.0/8'], 'nonsense', false],
    [[], null, true],
  ])('%j lets %s in: %s', async (cidrs, peer, allowed) => {
    const core = createCore()
    core.addKey({ cidrs })

    const outcome = await core.enroll('web-1', { peer })

    expect(outcome.kind).toBe(allowed ? 'enrolled' : 'rejected')
    expect(core.store.joinKeys()[0]?.uses).toBe(allowed ? 1 : 0)
  })
})

it('server ids look alike and never repeat', () => {
  const ids = Array.from({ length: 1_000 }, createServerId)

  expect(ids.filter((id) => !/^s[a-z2-7]{26}$/.test(id))).toEqual([])
  expect(new Set(ids).size).toBe(1_000)
})

// L9: a cloned machine id merged two servers into one. L13: an id was checked against what the caller said it was.
// L18: a forwarded header was believed, and a limit held by it was none.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TokenBuckets } from '../../collector/api/token-bucket.ts'
import { paths } from '../../shared/protocol/paths.ts'
import { TestCollector, type TestServer } from '../support/test-collector.ts'

let collector: TestCollector
let reader: string
beforeAll(() => {
  collector = new TestCollector()
  reader = collector.createToken('reader')
})
afterAll(() => collector.close())

const documentOf = async (id: string) => (await collector.get(paths.server(id), reader)).json<Record<string, unknown>>()

describe('L9: two hosts made from one image', () => {
  it('with one machine id, one name and one address are two servers, each with its own state', async () => {
    const joinKey = collector.createJoinKey()
    const twins: TestServer[] = []
    for (const _ of [1, 2]) {
      const twin = await collector.enroll('twin', joinKey)
      const { value } = twin.report.state.host
      if (value !== null) {
        value.machineId = 'c'.repeat(32)
        value.addresses = [{ interface: 'eth0', family: 4, address: '192.0.2.9', prefixLength: 24, scope: 'global' }]
      }
      twins.push(twin)
    }
    const [first, second] = twins as [TestServer, TestServer]
    first.report.raiseFlag()

    for (const twin of twins) await collector.post(paths.report(), twin.credential, twin.report.whole())

    expect(first.id).not.toBe(second.id)
    expect(await documentOf(first.id)).toMatchObject({ lifecycle: 'active', state: 'restart-required' })
    expect(await documentOf(second.id)).toMatchObject({ lifecycle: 'active', state: 'ok' })
  })
})

describe('L13: a server that names another one', () => {
  const PLACES = ['id', 'serverId', 'server', 'server_id', 'credential', 'name', 'machineId', 'host'] as const

  it('in its body, its address or its headers still speaks for itself alone', async () => {
    const victim = await collector.enroll('victim')
    const sender = await collector.enroll('sender')
    await collector.post(paths.report(), victim.credential, victim.report.whole())
    const before = await documentOf(victim.id)
    const statuses = new Set<number>()

    sender.report.raiseFlag()
    for (const place of PLACES) {
      const body = { ...sender.report.whole(), [place]: victim.id }
      const headers = { [`x-${place.toLowerCase()}`]: victim.id, 'x-forwarded-user': victim.id }
      const answers = [
        await collector.post(paths.report(), sender.credential, body, headers),
        await collector.post(`${paths.report()}?${place}=${victim.id}`, sender.credential, body),
        await collector.post(`${paths.report()}/${victim.id}`, sender.credential, body),
      ]
      for (const { statusCode } of answers) statuses.add(statusCode)
    }

    expect([...statuses].filter((status) => status >= 500)).toEqual([])
    expect(await documentOf(victim.id)).toEqual(before)
    expect(await documentOf(sender.id)).toMatchObject({ state: 'restart-required' })
  })

  it('reads nothing, not even itself, and cannot tell a server that exists from one that does not', async () => {
    const sender = await collector.enroll('curious')
    const victim = await collector.enroll('watched')
    const ask = async (id: string) => {
      const { statusCode, body } = await collector.get(paths.server(id), sender.credential)
      return { statusCode, body: body.replace(/"instance":"[^"]*"/, '') }
    }

    const answers = [await ask(victim.id), await ask(sender.id), await ask(`s${'a'.repeat(26)}`)]

    expect(answers[0]?.statusCode).toBe(403)
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  })
})

describe('L18: who asks', () => {
  it.each(['x-forwarded-for', 'x-real-ip', 'forwarded', 'cf-connecting-ip', 'true-client-ip', 'x-client-ip'])(
    'is not what %s says while no proxy is trusted',
    async (header) => {
      const joinKey = collector.createJoinKey({ cidrs: ['10.0.0.0/8'] })
      const value = header === 'forwarded' ? 'for=10.1.2.3' : '10.1.2.3'

      const answer = await collector.post(
        paths.enroll(),
        joinKey,
        { proto: 1, credentialHash: 'h'.repeat(43), name: 'x' },
        { [header]: value },
      )

      expect(answer.statusCode).toBe(401)
    },
  )

  it('is let in after the time it was told, whoever asked how often before', () => {
    const asks = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 5_000 })), {
      maxLength: 200,
    })
    const rates = fc.record({ perSecond: fc.integer({ min: 1, max: 10 }), burst: fc.integer({ min: 1, max: 20 }) })

    fc.assert(
      fc.property(rates, asks, (rate, steps) => {
        const buckets = new TokenBuckets(rate, 10)
        let now = 0
        for (const [key, wait] of steps) buckets.take(key, (now += wait))
        for (const key of ['a', 'b', 'c']) {
          const waitMs = buckets.take(key, now)
          expect(waitMs === 0 ? 0 : buckets.take(key, now + waitMs)).toBe(0)
        }
      }),
    )
  })
})

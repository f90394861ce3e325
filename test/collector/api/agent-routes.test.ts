// What hosts send, through the real collector: reports, enrolments, and how long they may take.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { paths } from '../../../shared/protocol/paths.ts'
import type { Problem } from '../../../shared/protocol/problems.ts'
import { DEFAULT_TIMEOUTS } from '../../../collector/api/http-server.ts'
import { TestCollector, type TestServer } from '../../support/test-collector.ts'

let collector: TestCollector
beforeEach(() => {
  collector = new TestCollector()
})

afterEach(() => collector.close())

const send = (server: TestServer) => collector.post(paths.report(), server.credential, server.report.whole())

describe('POST /v1/report', () => {
  it.each([
    [{ proto: 2 }, 400, 'protocol-too-new', { highest: 1 }],
    [{ proto: 0 }, 422, 'invalid-body', {}],
  ])('refuses %j', async (override, status, kind, extensions) => {
    const server = await collector.enroll('web-1')

    const answer = await collector.post(paths.report(), server.credential, { ...server.report.whole(), ...override })

    expect(answer.statusCode).toBe(status)
    expect(answer.json<Problem>()).toMatchObject({ kind, ...extensions })
  })

  it('ignores keys it does not know', async () => {
    const server = await collector.enroll('web-1')

    const answer = await collector.post(paths.report(), server.credential, {
      ...server.report.whole(),
      later: { a: [1] },
    })

    expect(answer.statusCode).toBe(200)
  })

  it('says which report is newer when one comes late', async () => {
    const server = await collector.enroll('web-1')
    const late = server.report.whole()
    const newest = server.report.whole()
    await collector.post(paths.report(), server.credential, newest)

    const answer = await collector.post(paths.report(), server.credential, late)

    expect(answer.statusCode).toBe(409)
    expect(answer.json<Problem>()).toMatchObject({ kind: 'sequence-behind', lastSeq: newest.seq })
  })

  it('answers a removed server with 410', async () => {
    const server = await collector.enroll('web-1')
    await collector.ctx.store.transact((tx) => {
      const record = tx.server(server.id)
      if (record !== null) tx.putServer({ ...record, lifecycle: 'removed' }, [], 1)
    })

    const answer = await send(server)

    expect(answer.statusCode).toBe(410)
    expect(answer.json<Problem>().kind).toBe('credential-revoked')
  })
})

describe('POST /v1/enroll', () => {
  const body = { proto: 1, credentialHash: 'h'.repeat(43), name: 'x' }

  it('answers unknown, wrong, expired, spent and revoked keys with the same bytes', async () => {
    const good = collector.createJoinKey({ id: 'good' })
    const expired = collector.createJoinKey({ expiresAt: collector.clock.now() })
    const spent = collector.createJoinKey({ uses: 1, usesMax: 1 })
    const revoked = collector.createJoinKey({ revokedAt: 1 })
    const elsewhere = collector.createJoinKey({ cidrs: ['192.0.2.0/24'] })
    const unknown = good.replace('good', 'nobody')
    const wrong = `ovdj_good_${'x'.repeat(43)}`

    const answers = []
    for (const key of [unknown, wrong, expired, spent, revoked, elsewhere]) {
      const { statusCode, headers, body: text } = await collector.post(paths.enroll(), key, body)
      const { date: _date, ...others } = headers
      answers.push(JSON.stringify({ statusCode, others, text: text.replace(/requests\/[\w-]+/, 'requests/ID') }))
    }

    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toContain('join-key-rejected')
  })

  it('is limited per key and for all together, and says when to come back', async () => {
    const limited = new TestCollector({
      server: { enrollRates: { all: { perSecond: 5, burst: 4 }, perKey: { perSecond: 1, burst: 2 } } },
    })
    const [one, two, three] = [limited.createJoinKey(), limited.createJoinKey(), limited.createJoinKey()]
    const status = async (key: string) => (await limited.post(paths.enroll(), key, {})).statusCode

    expect([await status(one), await status(one), await status(one)]).toEqual([422, 422, 429])
    expect([await status(two), await status(two), await status(three)]).toEqual([422, 422, 429])
    limited.clock.step(200)
    expect(await status(three)).toBe(422)
    limited.clock.step(800)
    expect([await status(one), await status(one)]).toEqual([422, 429])
    const answer = await limited.post(paths.enroll(), one, {})
    expect(answer.headers['retry-after']).toBe('1')
    await limited.close()
  })
})

describe('the time limits', () => {
  it('keep a connection longer than a heartbeat and a request shorter than patience', () => {
    const { server } = collector.app

    expect([server.headersTimeout, server.requestTimeout, server.keepAliveTimeout]).toEqual([10_000, 20_000, 75_000])
    expect(DEFAULT_TIMEOUTS.connectionCheckMs).toBe(1_000)
  })
})

// What a host says last: that it goes down to restart, or that nobody watches it any more.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { judgeRecord } from '../../../collector/ingest/judge-record.ts'
import type { ServerRecord } from '../../../collector/store/records.ts'
import { headline } from '../../../shared/judgement/headline.ts'
import { DEFAULT_POLICY } from '../../../shared/judgement/policy.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import type { Problem } from '../../../shared/protocol/problems.ts'
import { observed } from '../../../shared/sections/section.ts'
import { TestCollector, type TestServer } from '../../support/test-collector.ts'

const MINUTE = 60_000

let collector: TestCollector
let server: TestServer
beforeEach(async () => {
  collector = new TestCollector()
  server = await collector.enroll('web-1')
  await post(server.report.whole())
})
afterEach(() => collector.close())

const post = (report: object) => collector.post(paths.report(), server.credential, report)
const document = async () => (await collector.get(paths.server(server.id), collector.createToken('reader'))).json<Doc>()
type Doc = { reporting: string; lifecycle: string; state: string; headline: string }

function record(): ServerRecord {
  const found = collector.ctx.projection.get(server.id)
  if (found === null) throw new Error('the server is not known')
  return found
}

/** As the sweep would judge it, `ms` after now. */
function judgedIn(ms: number) {
  const now = collector.clock.now() + ms
  const { verdict } = judgeRecord(record(), record().lastContactAt, DEFAULT_POLICY, now).record
  return { ...verdict, headline: headline({ ...verdict, signals: [] }, now) }
}

describe('a server that says it goes down to restart', () => {
  beforeEach(async () => {
    await post({ ...server.report.heartbeat(), goodbye: 'restarting' })
  })

  it('is restarting', async () => {
    expect(await document()).toMatchObject({ reporting: 'restarting', state: 'ok' })
  })

  it('is silent, promoted and said to be missing when it is not back in ten minutes', () => {
    expect(judgedIn(10 * MINUTE - 1)).toMatchObject({ reporting: 'restarting', promoted: false })
    expect(judgedIn(10 * MINUTE)).toMatchObject({ reporting: 'silent', promoted: true, reasons: ['silent'] })
    expect(judgedIn(12 * MINUTE).headline).toContain('It said 12 min ago that it restarts, and is not back')
  })

  it('is current when it reports from its next boot', async () => {
    server.report.state.boot = observed({ kernelBootId: 'boot-2', runMarker: '2'.repeat(32), bootedAt: null })
    await post({ ...server.report.whole(), instance: 'f'.repeat(32) })

    expect(await document()).toMatchObject({ reporting: 'current' })
    expect(judgedIn(20 * MINUTE).goodbyeAt).toBeUndefined()
  })

  it('is current when the shutdown did not come', async () => {
    await post(server.report.heartbeat())

    expect(await document()).toMatchObject({ reporting: 'current' })
  })

  it('keeps its goodbye in the store', () => {
    expect(record().boot?.goodbyeAt).toBe(collector.clock.now())
  })
})

describe('a server whose agent is taken off', () => {
  const uninstalled = {
    proto: 1,
    instance: 'e'.repeat(32),
    seq: 1,
    uptimeMs: 0,
    root: 'A'.repeat(22),
    goodbye: 'uninstalled',
  }

  it('is removed, and its history stays', async () => {
    const answer = await post(uninstalled)
    const history = await collector.get(paths.history(), collector.createToken('reader'))

    expect(answer.json()).toMatchObject({ seq: 1, want: [] })
    expect(await document()).toMatchObject({ lifecycle: 'removed' })
    expect(history.json<{ items: object[] }>().items).toContainEqual(
      expect.objectContaining({ type: 'removed', data: { actor: `server:${server.id}`, cause: 'uninstalled' } }),
    )
  })

  it('is told 410 from then on', async () => {
    await post(uninstalled)

    for (const report of [uninstalled, server.report.whole()]) {
      const answer = await post(report)
      expect(answer.statusCode).toBe(410)
      expect(answer.json<Problem>().kind).toBe('credential-revoked')
    }
  })

  it('is not removed while another copy of it reports, too', async () => {
    await collector.ctx.store.transact((tx) =>
      tx.putServer({ ...record(), lifecycle: 'conflict' }, [], collector.clock.now()),
    )

    expect((await post(uninstalled)).json<Problem>().kind).toBe('instance-conflict')
    expect(record().lifecycle).toBe('conflict')
  })

  it('is not removed by a word nobody knows', async () => {
    expect((await post({ ...uninstalled, goodbye: 'destroyed' })).statusCode).toBe(422)
    expect(record().lifecycle).toBe('active')
  })
})

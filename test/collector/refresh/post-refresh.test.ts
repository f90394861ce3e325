// POST /api/v1/refresh against agents that poll, through the real store.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { REFRESH_RATE } from '../../../collector/api/routes/post-refresh.ts'
import { REFRESH_SERVERS_MAX, REFRESHES_MAX } from '../../../collector/refresh/refresh-desk.ts'
import type { RefreshAnswer } from '../../../collector/views/refresh-view.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import type { Problem } from '../../../shared/protocol/problems.ts'
import type { ReportReply } from '../../../shared/protocol/report.ts'
import { PollingServer } from '../../support/polling-server.ts'
import { TestCollector } from '../../support/test-collector.ts'
import { until } from '../../support/until.ts'

const NEVER_ANSWERING = { onAsk: () => false }
/** Longer than anything here takes. */
const WAIT = '60s'

let collector: TestCollector
let operator: string
beforeEach(() => {
  collector = new TestCollector()
  operator = collector.createToken('operator')
})

afterEach(() => collector.close())

const ask = (body: unknown, headers: Record<string, string> = {}) =>
  collector.post(paths.refresh(), operator, body, headers)
const refreshed = async (body: unknown) => (await ask(body)).json<RefreshAnswer>()
const outcomes = ({ items }: RefreshAnswer) => Object.fromEntries(items.map(({ name, outcome }) => [name, outcome]))
const start = (name: string, behaviour = {}) => PollingServer.start(collector, name, behaviour)
const audited = () => collector.ctx.store.audit(100).filter(({ action }) => action === 'servers.refresh')

/** Enrolled and heard once, and no connection since. */
async function unconnected(name: string): Promise<string> {
  const server = await collector.enroll(name)
  await collector.post(paths.report(), server.credential, server.report.whole())
  return server.id
}

describe('POST /api/v1/refresh', () => {
  it('answers with the verdict of a look that began after the question', async () => {
    const polling = await start('web-1', {
      onAsk: (_ask: unknown, { report }: PollingServer['server']) => {
        report.raiseFlag(['libssl3'])
        return true
      },
    })

    const answer = await refreshed({ query: 'web-1', wait: WAIT })

    expect(answer).toMatchObject({ total: 1, answered: 1 })
    expect(answer.items).toMatchObject([
      { id: polling.id, name: 'web-1', outcome: 'answered', why: null, server: { state: 'restart-required' } },
    ])
  })

  it('asks those that the query selects, and nobody else', async () => {
    const [web, db] = [await start('web-1'), await start('db-1')]

    expect(await refreshed({ query: 'name:web-*', wait: WAIT })).toMatchObject({ total: 1, answered: 1 })
    expect([web.asked.length, db.asked.length]).toEqual([1, 0])
  })

  it('asks all active servers for *, and none that waits for approval', async () => {
    await start('web-1')
    await start('db-1')
    await collector.enroll('waiting', collector.createJoinKey({ approve: 'pending' }))

    expect(await refreshed({ query: '*', wait: WAIT })).toMatchObject({ total: 2, answered: 2 })
    expect(await refreshed({ query: 'lifecycle:pending-approval', wait: WAIT })).toMatchObject({ total: 0 })
  })

  it('passes on whether to scan', async () => {
    const polling = await start('web-1')
    await refreshed({ query: 'web-1', wait: WAIT })
    await refreshed({ query: 'web-1', wait: WAIT, scan: true })

    expect(polling.asked.map(({ scan }) => scan)).toEqual([false, true])
  })

  it('lists what needs a person first', async () => {
    const onAsk = (_ask: unknown, { report }: PollingServer['server']) => {
      report.raiseFlag()
      return true
    }
    await start('a')
    await start('b', { onAsk })

    const { items } = await refreshed({ query: '*', wait: WAIT })

    expect(items.map(({ name }) => name)).toEqual(['b', 'a'])
  })

  it('says at once who cannot answer, and waits for the others', async () => {
    await start('web-1')
    await unconnected('web-2')

    const answer = await refreshed({ query: '*', wait: '20s' })

    expect(outcomes(answer)).toEqual({ 'web-1': 'answered', 'web-2': 'not-connected' })
    const missing = answer.items.find(({ name }) => name === 'web-2')
    expect(missing).toMatchObject({ server: null, why: expect.stringContaining('last heard 0 s ago') as string })
  })

  it('asks a server that is not connected all the same: its next report is told', async () => {
    const server = await collector.enroll('web-1')
    await collector.post(paths.report(), server.credential, server.report.whole())
    await refreshed({ query: 'web-1' })

    const next = await collector.post(paths.report(), server.credential, server.report.heartbeat())

    expect(next.json()).toMatchObject({ ask: { scan: false } })
  })

  it('says who was asked and brought nothing in time', async () => {
    await start('web-1')
    await start('web-2', NEVER_ANSWERING)

    const answer = await refreshed({ query: '*', wait: '1s' })

    expect(outcomes(answer)).toEqual({ 'web-1': 'answered', 'web-2': 'timed-out' })
    expect(answer.answered).toBe(1)
    expect(answer.items.find(({ name }) => name === 'web-2')?.why).toContain('within 1 s')
  })

  it('without a wait asks, and says who holds a connection', async () => {
    const polling = await start('web-1')
    await unconnected('web-2')

    const answer = await refreshed({ query: '*' })

    expect(outcomes(answer)).toEqual({ 'web-1': 'asked', 'web-2': 'not-connected' })
    await until('web-1 has looked', () => polling.asked.length === 1)
  })

  it('is not answered by a report that leaves sections to be sent', async () => {
    const { id, credential, report } = await collector.enroll('web-1')
    await collector.post(paths.report(), credential, report.whole())
    await refreshed({ query: 'web-1' })
    const told = (await collector.post(paths.report(), credential, report.heartbeat())).json<ReportReply>()
    report.raiseFlag()
    const answers = told.ask?.id ?? ''
    const half = await collector.post(paths.report(), credential, { ...report.heartbeat(), answers })

    expect(half.json<ReportReply>().want).toContain('sentinel')
    expect(collector.ctx.asks.size).toBe(1)
    await collector.post(paths.report(), credential, report.whole({ answers }))
    expect(collector.ctx.asks.size).toBe(0)
    expect(collector.ctx.projection.get(id)?.verdict.state).toBe('restart-required')
  })

  it('does not wait for a server that is removed meanwhile', async () => {
    const polling = await start('web-1', NEVER_ANSWERING)
    const answer = refreshed({ query: 'web-1', wait: WAIT })
    await until('it was asked', () => polling.asked.length === 1)
    await collector.app.inject({
      method: 'DELETE',
      url: paths.server(polling.id),
      headers: { authorization: `Bearer ${operator}` },
    })

    expect(outcomes(await answer)).toEqual({ 'web-1': 'removed' })
  })

  it('makes two looks at most of fifty questions at once, and answers everybody', async () => {
    let release = () => {}
    const first = new Promise<void>((resolve) => (release = resolve))
    const polling = await start('web-1', { onAsk: () => first.then(() => true) })
    const answers = Array.from({ length: 50 }, () => refreshed({ query: 'web-1', wait: WAIT }))
    await until('all are audited', () => audited().length === 50)
    release()

    expect((await Promise.all(answers)).map(({ answered }) => answered)).toEqual(Array.from({ length: 50 }, () => 1))
    expect(polling.asked.length).toBeLessThanOrEqual(2)
  })

  it('answers with what is known when the collector stops', async () => {
    const polling = await start('web-1', NEVER_ANSWERING)
    const answer = refreshed({ query: 'web-1', wait: '5m' })
    await until('it was asked', () => polling.asked.length === 1)
    await collector.app.close()

    expect(outcomes(await answer)).toEqual({ 'web-1': 'stopped' })
  })
})

describe('a refresh in history and audit', () => {
  it('is nothing that happened to the server', async () => {
    const polling = await start('web-1')
    const before = collector.ctx.store.history({ limit: 100 }).length
    await refreshed({ query: 'web-1', wait: WAIT })

    expect(polling.asked).toHaveLength(1)
    expect(collector.ctx.store.history({ limit: 100 })).toHaveLength(before)
  })

  it('is audited with who asked whom for what', async () => {
    await start('web-1')
    await refreshed({ query: 'name:web-*', wait: '30s', scan: true })

    expect(audited()).toMatchObject([
      {
        actor: expect.stringMatching(/^token:/) as string,
        subject: 'name:web-*',
        detail: { servers: 1, scan: true, waitMs: 30_000, from: '127.0.0.1' },
      },
    ])
  })

  it('leaves no trace when it selects nobody', async () => {
    expect(await refreshed({ query: 'nobody', wait: WAIT })).toEqual({ total: 0, answered: 0, items: [] })
    expect(audited()).toEqual([])
  })
})

describe('a refresh that cannot be', () => {
  it.each([
    ['a term nobody knows', { query: 'app:shop colour:red' }, 400, 'invalid-query', '#/query', 'colour'],
    ['no query', {}, 422, 'invalid-body', '#/query', 'is required'],
    ['an empty query', { query: '' }, 422, 'invalid-body', '#/query', ''],
    ['a wait that is no duration', { query: '*', wait: 'soon' }, 422, 'invalid-body', '#/wait', 'at most 5m'],
    ['a wait too long', { query: '*', wait: '6m' }, 422, 'invalid-body', '#/wait', 'at most 5m'],
    ['a wait that is a number', { query: '*', wait: 30 }, 422, 'invalid-body', '#/wait', 'must be string'],
    ['an unknown field', { query: '*', soft: true }, 422, 'invalid-body', '#/soft', ''],
  ])('is refused: %s', async (_what, body, status, kind, pointer, detail) => {
    const answer = await ask(body)

    expect(answer.statusCode).toBe(status)
    expect(answer.json<Problem>()).toMatchObject({ kind })
    expect(JSON.stringify(answer.json<Problem>().errors)).toContain(pointer)
    expect(JSON.stringify(answer.json<Problem>().errors)).toContain(detail)
  })

  it('names the term that means nothing, and what was meant', async () => {
    const answer = await ask({ query: 'app:shop stat:ok' })

    expect(answer.json()).toMatchObject({ kind: 'invalid-query', term: 'stat:ok' })
  })

  it('says by how much a query selects too many', async () => {
    const server = await collector.enroll('web')
    const record = collector.ctx.projection.get(server.id)
    await collector.ctx.store.transact((tx) => {
      if (record === null) return
      for (let at = 0; at < REFRESH_SERVERS_MAX; at++)
        tx.putServer({ ...record, id: `s${at}`, credentialHash: `hash ${at}` }, [], 0)
    })

    const answer = await ask({ query: '*' })

    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('selects 2,001 servers; at most 2,000')
  })

  it('is refused with 503 while too many are under way', async () => {
    await start('web-1', NEVER_ANSWERING)
    const tokens = [operator, collector.createToken('operator')]
    const waiting = Array.from({ length: REFRESHES_MAX }, (_, at) =>
      collector.post(paths.refresh(), tokens[at % 2] ?? '', { query: 'web-1', wait: '5m' }),
    )
    await until('all wait', () => audited().length === REFRESHES_MAX)
    const refused = await ask({ query: 'web-1' })
    await collector.app.close()

    expect([refused.statusCode, refused.json<Problem>().kind]).toEqual([503, 'overloaded'])
    expect((await Promise.all(waiting)).every(({ statusCode }) => statusCode === 200)).toBe(true)
  })

  it('is told when to come back by a token that asks all the time', async () => {
    for (let at = 0; at < REFRESH_RATE.burst; at++) expect((await ask({ query: 'nobody' })).statusCode).toBe(200)
    const refused = await ask({ query: 'nobody' })
    const ofAnother = await collector.post(paths.refresh(), collector.createToken('operator'), { query: 'nobody' })

    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '1'])
    expect(ofAnother.statusCode).toBe(200)
  })
})

// What the routes answer, each driven through the real store.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { paths } from '../../../shared/protocol/paths.ts'
import type { Problem } from '../../../shared/protocol/problems.ts'
import { ReportBuilder } from '../../support/report-builder.ts'
import { TestCollector, type TestServer } from '../../support/test-collector.ts'

let collector: TestCollector
let reader: string
beforeEach(() => {
  collector = new TestCollector()
  reader = collector.createToken('reader')
})

afterEach(() => collector.close())

type List = { items: { id: string; name: string }[]; nextCursor: string | null; total: number | null }
const list = async (url: string) => (await collector.get(url, reader)).json<List>()
const send = (server: TestServer) => collector.post(paths.report(), server.credential, server.report.whole())

describe('GET /api/v1/servers', () => {
  it('pages through all servers once, in the order of urgency', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      const server = await collector.enroll(name)
      if (name > 'c') server.report.raiseFlag()
      await send(server)
    }

    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: List = await list(`${paths.servers()}?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
      seen.push(...page.items.map(({ name }) => name))
      expect(page.total).toBe(5)
      cursor = page.nextCursor
    }

    expect(seen).toEqual(['d', 'e', 'a', 'b', 'c'])
  })

  it('goes on behind its place when servers before it moved', async () => {
    const servers: TestServer[] = []
    for (const name of ['a', 'b', 'c', 'd']) {
      const server = await collector.enroll(name)
      await send(server)
      servers.push(server)
    }
    const first = await list(`${paths.servers()}?limit=2`)
    servers[0]?.report.raiseFlag()
    await send(servers[0] as TestServer)

    const second = await list(`${paths.servers()}?limit=2&cursor=${first.nextCursor}`)

    expect(second.items.map(({ name }) => name)).toEqual(['c', 'd'])
  })

  it('lists neither who waits for approval nor who was removed', async () => {
    await collector.enroll('waiting', collector.createJoinKey({ approve: 'pending' }))

    expect(await list(paths.servers())).toEqual({ items: [], nextCursor: null, total: 0 })
  })

  it.each([
    ['limit=0', '#/limit'],
    ['limit=1001', '#/limit'],
    ['limit=ten', '#/limit'],
    ['limit=1&limit=2', '#/limit'],
    ['cursor=x', '#/cursor'],
    ['cursor=bnVsbA', '#/cursor'],
    ['q=state:overdue', '#/q'],
    ['facets=yes', '#/facets'],
    ['__proto__=1', '#/__proto__'],
  ])('refuses ?%s and names the parameter', async (query, pointer) => {
    const answer = await collector.get(`${paths.servers()}?${query}`, reader)

    expect(answer.statusCode).toBe(400)
    expect(answer.json<Problem>()).toMatchObject({ kind: 'invalid-query', errors: [{ pointer }] })
  })
})

describe('GET /api/v1/servers/{id}', () => {
  it('answers the whole document with the evidence', async () => {
    const server = await collector.enroll('web-1')
    server.report.raiseFlag(['libssl3'])
    await send(server)

    const answer = await collector.get(paths.server(server.id), reader)

    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.json()).toMatchObject({
      id: server.id,
      state: 'restart-required',
      reporting: 'current',
      sections: { sentinel: { outcome: 'observed' }, kernel: { outcome: 'observed' } },
      signals: expect.arrayContaining([expect.objectContaining({ role: 'decides', says: 'required' })]),
      listeners: [],
      openPorts: [],
      packagesCount: 1,
    })
  })

  it.each(['nobody', '..%2f..', '%00', 'x'.repeat(100)])('answers 404 for the id %s', async (id) => {
    const answer = await collector.get(`${paths.servers()}/${id}`, reader)

    expect(answer.statusCode).toBe(404)
    expect(answer.json<Problem>().kind).toBe('not-found')
  })
})

describe('GET /api/v1/summary', () => {
  it('counts active servers', async () => {
    const server = await collector.enroll('web-1')
    server.report.raiseFlag()
    await send(server)

    const answer = await collector.get(paths.summary(), reader)

    expect(answer.json()).toMatchObject({
      total: 1,
      state: { 'restart-required': 1, ok: 0 },
      oldest: { name: 'web-1' },
    })
  })
})

describe('GET /api/v1/history', () => {
  it('tells what happened, newest first, page by page and server by server', async () => {
    const [one, two] = [await collector.enroll('one'), await collector.enroll('two')]
    await send(two)
    await send(one)
    one.report.raiseFlag()
    await send(one)

    const types = async (query: string) =>
      (await list(`${paths.history()}${query}`)).items.map((item) => (item as unknown as { type: string }).type)
    const page = await list(`${paths.history()}?limit=2`)

    expect(await types(`?server=${one.id}`)).toEqual(['restart-required', 'registered'])
    expect(await types(`?server=${two.id}`)).toEqual(['registered'])
    expect(page.items).toHaveLength(2)
    expect(await types(`?limit=2&cursor=${page.nextCursor}`)).toEqual(['registered'])
  })

  it.each(['limit=0', 'cursor=-1', 'before=0', 'from=yesterday', 'to=2026-13-01', 'type=stale,rebooted', 'since=1'])(
    'refuses ?%s',
    async (query) => {
      expect((await collector.get(`${paths.history()}?${query}`, reader)).statusCode).toBe(400)
    },
  )
})

describe('POST /api/v1/servers/{id}/approve', () => {
  it('lets a waiting server in, with what it reported meanwhile, once', async () => {
    const server = await collector.enroll('waiting', collector.createJoinKey({ approve: 'pending' }))
    server.report.raiseFlag()
    await send(server)
    const operator = collector.createToken('operator')

    const answer = await collector.post(paths.serverApproval(server.id), operator, {})
    const again = await collector.post(paths.serverApproval(server.id), operator, {})

    expect(answer.json()).toMatchObject({ lifecycle: 'active', state: 'restart-required' })
    expect(again.statusCode).toBe(200)
    expect((await list(paths.servers())).total).toBe(1)
    expect(
      (await list(`${paths.history()}?server=${server.id}`)).items.map(
        (item) => (item as unknown as { type: string }).type,
      ),
    ).toEqual(['restart-required', 'registered', 'approved'])
    expect(collector.ctx.store.audit(10).filter(({ action }) => action === 'server.approve')).toHaveLength(1)
  })

  it('ends the conflict of two live copies: the next process that reports is believed', async () => {
    const server = await collector.enroll('twins')
    const copy = new ReportBuilder('twins')
    const say = (one: ReportBuilder) => collector.post(paths.report(), server.credential, one.whole())
    const fight = async () => {
      for (let turn = 0; turn < 5; turn++) for (const one of [server.report, copy]) await say(one)
    }
    await fight()
    expect((await say(copy)).json()).toMatchObject({ kind: 'instance-conflict' })

    const approved = await collector.post(paths.serverApproval(server.id), collector.createToken('operator'), {})
    copy.raiseFlag()

    expect(approved.json()).toMatchObject({ lifecycle: 'active', state: 'ok' })
    expect((await say(copy)).statusCode).toBe(200)
    expect((await collector.get(paths.server(server.id), reader)).json()).toMatchObject({ state: 'restart-required' })
    const { items } = await list(`${paths.history()}?server=${server.id}`)
    expect(items.map((item) => (item as unknown as { type: string }).type)).toEqual([
      'restart-required',
      'approved',
      'conflict',
      'registered',
    ])
    expect(collector.ctx.store.audit(1)).toMatchObject([{ action: 'server.approve', subject: server.id }])
  })

  it('answers 404 for a server that is not there', async () => {
    expect(
      (await collector.post(paths.serverApproval('nobody'), collector.createToken('operator'), {})).statusCode,
    ).toBe(404)
  })
})

describe('a wrong method', () => {
  it.each([
    ['PUT', paths.report(), 'POST'],
    ['GET', paths.enroll(), 'POST'],
    ['DELETE', paths.servers(), 'GET, HEAD'],
    ['OPTIONS', paths.server('x'), 'DELETE, GET, HEAD'],
    ['PATCH', paths.serverApproval('x'), 'POST'],
    ['HEAD', paths.events(), 'GET'],
    ['POST', paths.healthy(), 'GET, HEAD'],
    ['TRACE', paths.ready(), 'GET, HEAD'],
  ] as const)('%s %s is answered with what is allowed', async (method, url, allow) => {
    const answer = await collector.app.inject({ method: method as 'PUT', url })

    expect(answer.statusCode).toBe(405)
    expect(answer.headers['allow']).toBe(allow)
  })

  it.each(['/nowhere', '/v1', '/v1/report/', '/api/v2/servers', '/api/v1/servers/', '//'])(
    '%s is nowhere',
    async (url) => {
      const answer = await collector.app.inject({
        method: 'POST',
        url,
        payload: 'x',
        headers: { 'content-type': 'a/b' },
      })

      expect(answer.statusCode).toBe(404)
      expect(answer.json<Problem>().kind).toBe('not-found')
    },
  )
})

describe('GET /-/ready', () => {
  it('says 503 when the store does not answer, and keeps the reason to itself', async () => {
    collector.ctx.store.check = () => {
      throw new Error('disk I/O error at /secret/path')
    }

    const answer = await collector.get(paths.ready(), null)

    expect(answer.statusCode).toBe(503)
    expect(answer.body).not.toContain('secret')
    expect(answer.headers['retry-after']).toBe('5')
    expect(collector.logged.join('')).toContain('/secret/path')
  })
})

describe('a failure of ours', () => {
  it('is a 500 with an id that the log has, too, and no word of the reason', async () => {
    collector.ctx.store.transact = () => Promise.reject(new Error('no space left on /secret'))
    const server = await collector.enroll('x').catch(() => null)
    const answer = await collector.post(paths.enroll(), collector.createJoinKey(), {
      proto: 1,
      credentialHash: 'h'.repeat(43),
      name: 'x',
    })
    const { instance, kind } = answer.json<Problem>()

    expect(server).toBeNull()
    expect(answer.statusCode).toBe(500)
    expect(kind).toBe('internal-error')
    expect(answer.body).not.toContain('secret')
    expect(collector.logged.join('')).toContain(String(instance).replace('/requests/', ''))
  })
})

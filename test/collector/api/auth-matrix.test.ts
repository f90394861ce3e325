// Every credential against every route. What is not written down here as allowed must be refused.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { login } from '../../../collector/api/auth.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import type { Problem } from '../../../shared/protocol/problems.ts'
import { formatSecret } from '../../../shared/secret.ts'
import { TestCollector } from '../../support/test-collector.ts'

const WRONG_SECRET = 'x'.repeat(43)

let collector: TestCollector
let serverId: string
const credentials = new Map<string, Record<string, string>>()

const bearer = (text: string) => ({ authorization: `Bearer ${text}` })

async function removedServer(): Promise<string> {
  const { id, credential } = await collector.enroll('removed')
  await collector.ctx.store.transact((tx) => {
    const record = tx.server(id)
    if (record !== null) tx.putServer({ ...record, lifecycle: 'removed' }, [], collector.clock.now())
  })
  return credential
}

function revokedToken(): string {
  const token = collector.createToken('admin', { id: 'revoked' })
  const audit = { at: 0, actor: 'test', action: 'token.revoke', subject: 'revoked', detail: {} }
  collector.ctx.store.revokeToken('revoked', collector.clock.now(), audit)
  return token
}

function sessionOf(token: string): Record<string, string> {
  return { cookie: login(collector.ctx, token)?.setCookie.split(';', 1)[0] ?? '' }
}

beforeAll(async () => {
  collector = new TestCollector()
  const server = await collector.enroll('web-1')
  serverId = server.id
  credentials.set('nothing', {})
  credentials.set('garbage', bearer('ovdt_garbage'))
  credentials.set('another scheme', { authorization: 'Basic b3ZkdDp4' })
  credentials.set('unknown token', bearer(formatSecret('ovdt', 'nobody', WRONG_SECRET)))
  credentials.set('expired token', bearer(collector.createToken('admin', { expiresAt: collector.clock.now() })))
  credentials.set('revoked token', bearer(revokedToken()))
  credentials.set('reader', bearer(collector.createToken('reader')))
  credentials.set('operator', bearer(collector.createToken('operator')))
  credentials.set('admin', bearer(collector.createToken('admin')))
  credentials.set('reader session', sessionOf(collector.createToken('reader')))
  credentials.set('operator session', sessionOf(collector.createToken('operator')))
  credentials.set('unknown session', { cookie: `overdue=${WRONG_SECRET}` })
  credentials.set('server', bearer(server.credential))
  credentials.set('wrong server secret', bearer(formatSecret('ovds', server.id, WRONG_SECRET)))
  credentials.set('unknown server', bearer(formatSecret('ovds', 'snobody', WRONG_SECRET)))
  credentials.set('removed server', bearer(await removedServer()))
  credentials.set('join key', bearer(collector.createJoinKey()))
  credentials.set('unknown join key', bearer(formatSecret('ovdj', 'nobody', WRONG_SECRET)))
})
afterAll(() => collector.close())

/** Statuses by credential; whoever is not named gets the last column's: 401 for what is not valid, 403 for the rest. */
const NOT_VALID = [
  'nothing',
  'garbage',
  'another scheme',
  'unknown token',
  'expired token',
  'revoked token',
  'unknown session',
  'wrong server secret',
  'unknown server',
]
const READERS = ['reader', 'operator', 'admin', 'reader session', 'operator session']
const OPERATORS = ['operator', 'admin']
const ADMINS = ['admin']

type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  url: () => string
  allowed: readonly string[]
  status: number
}
const ROUTES: Route[] = [
  { method: 'GET', url: paths.summary, allowed: READERS, status: 200 },
  { method: 'GET', url: paths.servers, allowed: READERS, status: 200 },
  { method: 'GET', url: () => paths.server(serverId), allowed: READERS, status: 200 },
  { method: 'GET', url: paths.serversCsv, allowed: READERS, status: 200 },
  { method: 'GET', url: paths.applications, allowed: READERS, status: 200 },
  // Nobody has this application: who gets as far as looking for it is let in.
  { method: 'GET', url: () => paths.application(serverId), allowed: READERS, status: 404 },
  { method: 'GET', url: paths.openapi, allowed: READERS, status: 200 },
  { method: 'GET', url: paths.metrics, allowed: READERS, status: 200 },
  { method: 'GET', url: paths.history, allowed: READERS, status: 200 },
  // A parameter that is not known: refused after the credential was accepted, and before a stream opens.
  { method: 'GET', url: () => `${paths.events()}?x=1`, allowed: READERS, status: 400 },
  { method: 'POST', url: () => paths.serverApproval(serverId), allowed: OPERATORS, status: 200 },
  { method: 'GET', url: paths.policy, allowed: READERS, status: 200 },
  { method: 'GET', url: paths.joinKeys, allowed: [...OPERATORS, 'operator session'], status: 200 },
  { method: 'GET', url: paths.tokens, allowed: ADMINS, status: 200 },
  { method: 'GET', url: paths.audit, allowed: ADMINS, status: 200 },
  { method: 'GET', url: paths.snoozes, allowed: [...OPERATORS, 'operator session'], status: 200 },
  { method: 'GET', url: paths.portDeclarations, allowed: [...OPERATORS, 'operator session'], status: 200 },
  // Nobody has these ids: who gets as far as looking is let in.
  { method: 'DELETE', url: () => paths.snooze(serverId), allowed: OPERATORS, status: 404 },
  { method: 'DELETE', url: () => paths.portDeclaration(serverId), allowed: OPERATORS, status: 404 },
  { method: 'DELETE', url: () => paths.server('snobody'), allowed: OPERATORS, status: 404 },
  { method: 'DELETE', url: () => paths.joinKey(serverId), allowed: OPERATORS, status: 404 },
  { method: 'DELETE', url: () => paths.token(serverId), allowed: ADMINS, status: 404 },
  { method: 'DELETE', url: () => paths.applicationPolicy(serverId), allowed: OPERATORS, status: 404 },
  // Without a body: who gets as far as the body is let in.
  { method: 'PUT', url: paths.policy, allowed: OPERATORS, status: 422 },
  { method: 'PUT', url: () => paths.applicationPolicy(serverId), allowed: OPERATORS, status: 422 },
  { method: 'POST', url: paths.refresh, allowed: OPERATORS, status: 422 },
  { method: 'POST', url: paths.snoozes, allowed: OPERATORS, status: 422 },
  { method: 'POST', url: paths.portDeclarations, allowed: OPERATORS, status: 422 },
  { method: 'POST', url: paths.joinKeys, allowed: OPERATORS, status: 422 },
  { method: 'POST', url: paths.tokens, allowed: ADMINS, status: 422 },
  // Bodies are empty: who gets as far as the body is let in.
  { method: 'POST', url: paths.report, allowed: ['server'], status: 400 },
  { method: 'POST', url: paths.enroll, allowed: ['join key', 'unknown join key'], status: 400 },
]

/** On the two agent routes a session is no credential at all. */
function expected(route: Route, who: string): number {
  if (route.allowed.includes(who)) return route.status
  if (who === 'removed server') return 410
  const isAgentRoute = route.url === paths.report || route.url === paths.enroll
  if (NOT_VALID.includes(who) || (isAgentRoute && who.endsWith('session'))) return 401
  return 403
}

describe('a credential', () => {
  it('opens the routes written down for it and no others', async () => {
    const wrong: string[] = []
    for (const route of ROUTES) {
      for (const [who, headers] of credentials) {
        const answer = await collector.app.inject({ method: route.method, url: route.url(), headers })
        const want = expected(route, who)
        if (answer.statusCode !== want)
          wrong.push(`${who} ${route.method} ${route.url()}: ${answer.statusCode}, not ${want}`)
      }
    }

    expect(wrong).toEqual([])
  })

  it('that is missing gets the way to send one', async () => {
    const answer = await collector.get(paths.servers(), null)

    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/)
    expect(answer.json<Problem>().kind).toBe('unauthenticated')
  })

  it('is asked for before the body is looked at', async () => {
    const answer = await collector.post(paths.report(), null, Buffer.alloc(2 * 1024 * 1024))

    expect(answer.statusCode).toBe(401)
  })

  it.each([paths.healthy(), paths.ready()])('is not needed for %s', async (url) => {
    expect((await collector.get(url, null)).statusCode).toBe(200)
  })

  it('covers every route of the API', () => {
    const covered = new Set([...ROUTES.map((route) => route.url().split('?', 1)[0]), paths.healthy(), paths.ready()])
    const all = Object.values(paths)
      .map((path) => path(serverId))
      .filter((path) => /^\/(v1|api|-)\//.test(path))

    expect(all.filter((path) => !covered.has(path))).toEqual([])
  })
})

describe('a write with a session cookie', () => {
  const approve = (headers: Record<string, string>) =>
    collector.app.inject({
      method: 'POST',
      url: paths.serverApproval(serverId),
      headers: { host: 'overdue.test', ...credentials.get('operator session'), ...headers },
    })

  it.each([
    ['nothing that says where from', {}, 403],
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'http://overdue.test' }, 403],
    ['a neighbour of the same site', { 'sec-fetch-site': 'same-site' }, 403],
    ['an address typed by hand', { 'sec-fetch-site': 'none' }, 403],
    ['another origin', { origin: 'http://evil.test' }, 403],
    ['a sandboxed frame', { origin: 'null' }, 403],
    ['our own page', { 'sec-fetch-site': 'same-origin' }, 200],
    ['our own page in a browser that sends no Sec-Fetch-Site', { origin: 'http://overdue.test' }, 200],
  ])('from %s', async (_from, headers, status) => {
    expect((await approve(headers as Record<string, string>)).statusCode).toBe(status)
  })
})

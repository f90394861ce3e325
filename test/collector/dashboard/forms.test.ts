// What stands between a form and everybody else: the session, where it was sent from, the session's own value, the role.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '../../../collector/store/records.ts'
import { PageClient } from '../../support/page-client.ts'
import { TestCollector } from '../../support/test-collector.ts'

let collector: TestCollector
let clients: Record<Role, PageClient>
let serverUrl: string

beforeAll(async () => {
  collector = new TestCollector()
  clients = {
    reader: new PageClient(collector, 'reader'),
    operator: new PageClient(collector, 'operator'),
    admin: new PageClient(collector, 'admin'),
  }
  serverUrl = `/servers/${(await collector.enroll('web-01')).id}`
})
afterAll(() => collector.close())

const FORMS = [
  { what: 'a server', url: () => serverUrl, role: 'operator', fields: { action: 'forget', sure: 'yes' } },
  { what: 'the policy', url: () => '/settings/policy', role: 'operator', fields: { preset: 'relaxed' } },
  {
    what: 'join keys',
    url: () => '/settings/join-keys',
    role: 'operator',
    fields: { uses: '1', ttl: '1h', approve: 'auto' },
  },
  { what: 'tokens', url: () => '/settings/tokens', role: 'admin', fields: { role: 'admin' } },
] as const

/** Everything that a form could have changed. */
const traces = () => JSON.stringify([collector.ctx.store.audit(1_000), collector.ctx.store.policy()])

describe.each(FORMS)('the form of $what', ({ url, role, fields }) => {
  it('does nothing for another site, a program, another session, or none', async () => {
    const client = clients[role]
    const form = await client.formToken()
    const other = await new PageClient(collector, role).formToken()
    const before = traces()

    const refused = [
      await client.send(url(), { ...fields, form }, { 'sec-fetch-site': 'cross-site' }),
      await client.send(url(), { ...fields, form }, { 'sec-fetch-site': 'same-site' }),
      await client.send(url(), { ...fields, form }, {}),
      await client.send(url(), { ...fields, form }, { origin: 'http://evil.example' }),
      await client.send(url(), fields),
      await client.send(url(), { ...fields, form: '' }),
      await client.send(url(), { ...fields, form: other }),
    ]
    const without = await client.send(url(), { ...fields, form }, { cookie: '', 'sec-fetch-site': 'same-origin' })

    expect(refused.map(({ statusCode }) => statusCode)).toEqual(refused.map(() => 403))
    expect(refused.every(({ body }) => body.includes('Nothing was changed.'))).toBe(true)
    expect(without.headers.location).toBe(`/login?next=${encodeURIComponent(url())}`)
    expect(traces()).toBe(before)
  })

  it('does nothing for a role below, and says which it takes', async () => {
    const below = role === 'admin' ? (['reader', 'operator'] as const) : (['reader'] as const)
    const before = traces()

    for (const one of below) {
      const answer = await clients[one].send(url(), fields)
      expect(answer.statusCode).toBe(403)
      expect(answer.body).toContain(`This takes the role ${role}; you are signed in as ${one}.`)
    }
    expect(traces()).toBe(before)
  })
})

describe('pages of settings', () => {
  it.each([
    {
      role: 'reader',
      seen: ['/settings/policy'],
      hidden: ['/settings/join-keys', '/settings/tokens', '/settings/audit'],
    },
    {
      role: 'operator',
      seen: ['/settings/policy', '/settings/join-keys'],
      hidden: ['/settings/tokens', '/settings/audit'],
    },
    {
      role: 'admin',
      seen: ['/settings/policy', '/settings/join-keys', '/settings/tokens', '/settings/audit'],
      hidden: [],
    },
  ] as const)('show a $role what he may see, and no way to the rest', async ({ role, seen, hidden }) => {
    const client = clients[role]
    const navigation = await client.page('/settings/policy')

    for (const url of seen) {
      expect((await client.get(url)).statusCode).toBe(200)
      expect(navigation).toContain(`href="${url}"`)
    }
    for (const url of hidden) {
      expect((await client.get(url)).statusCode).toBe(403)
      expect(navigation).not.toContain(`href="${url}"`)
    }
  })

  it('begin with the policy', async () => {
    expect((await clients.reader.get('/settings')).headers.location).toBe('/settings/policy')
  })

  it('show a reader no form', async () => {
    for (const url of [serverUrl, '/settings/policy']) {
      expect(await clients.reader.page(url)).not.toMatch(/<form(?![^>]*\/logout)/)
    }
  })
})

describe('forgetting a server', () => {
  it('takes it out of the lists, with an audit line, and tells its agent', async () => {
    const server = await collector.enroll('gone-01')
    const url = `/servers/${server.id}`

    const answer = await clients.operator.submit(url, { action: 'forget', sure: 'yes' })
    const page = await clients.operator.page(url)
    const report = await collector.post('/v1/report', server.credential, server.report.whole())

    expect(answer.headers.location).toBe(url)
    expect(page).toContain('This server was removed.')
    expect(page).not.toContain('Forget this server')
    expect(await clients.operator.page('/')).not.toContain(server.id)
    expect(report.statusCode).toBe(410)
    const [line] = collector.ctx.store.audit(1)
    expect(line).toMatchObject({ action: 'server.remove', subject: server.id })
    expect(line?.actor).toBe(`token:${clients.operator.token.split('_')[1]}`)
  })

  it('is not done without the tick that says it is meant', async () => {
    const server = await collector.enroll('stays-01')

    await clients.operator.submit(`/servers/${server.id}`, { action: 'forget' })

    expect(collector.ctx.projection.get(server.id)?.lifecycle).toBe('active')
  })

  it('says so where there is no such server', async () => {
    const answer = await clients.operator.submit('/servers/snone', { action: 'forget', sure: 'yes' })

    expect(answer.statusCode).toBe(404)
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { paths } from '../../../shared/protocol/paths.ts'
import { TestCollector } from '../../support/test-collector.ts'

const FORM = 'application/x-www-form-urlencoded'
const SAME_SITE = { 'sec-fetch-site': 'same-origin' }

let collector: TestCollector
let token: string

beforeAll(() => {
  collector = new TestCollector()
  token = collector.createToken('reader')
})
afterAll(() => collector.close())

function signIn(fields: Record<string, string>, headers: Record<string, string> = SAME_SITE) {
  const payload = new URLSearchParams(fields).toString()
  return collector.app.inject({ method: 'POST', url: '/login', headers: { 'content-type': FORM, ...headers }, payload })
}

async function sessionCookie(): Promise<string> {
  const answer = await signIn({ token, next: '/' })
  return String(answer.headers['set-cookie']).split(';')[0] ?? ''
}

async function get(url: string) {
  return collector.app.inject({ method: 'GET', url, headers: { cookie: await sessionCookie() } })
}

describe('pages for someone who is not signed in', () => {
  it.each(['/', '/?page=2', '/servers/sabc'])('send %s to the login and remember the way', async (url) => {
    const answer = await collector.app.inject({ method: 'GET', url })

    expect(answer.statusCode).toBe(303)
    expect(answer.headers.location).toBe(`/login?next=${encodeURIComponent(url)}`)
  })

  it('show nothing of the fleet on the login page', async () => {
    await collector.enroll('secret-name-01')

    const answer = await collector.app.inject({ method: 'GET', url: '/login' })

    expect(answer.statusCode).toBe(200)
    expect(answer.body).not.toContain('secret-name-01')
    expect(answer.headers['cache-control']).toBe('no-store')
  })
})

describe('signing in', () => {
  it('opens a session and goes to the page asked for', async () => {
    const answer = await signIn({ token, next: '/servers/sabc' })

    expect(answer.statusCode).toBe(303)
    expect(answer.headers.location).toBe('/servers/sabc')
    expect(answer.headers['set-cookie']).toMatch(/^overdue=.+HttpOnly.*SameSite=Strict/)
  })

  it('takes a token with the blanks that pasting brings', async () => {
    const answer = await signIn({ token: ` ${token}\n`, next: '/' })

    expect(answer.statusCode).toBe(303)
  })

  it('never leads to another site', async () => {
    const answer = await signIn({ token, next: '//evil.example/' })

    expect(answer.headers.location).toBe('/')
  })

  it.each([
    { what: 'a wrong token', value: 'ovdt_none_AAAA' },
    { what: 'no token', value: '' },
  ])('says on the same page that $what was not accepted, and keeps the way', async ({ value }) => {
    const answer = await signIn({ token: value, next: '/servers/sabc' })

    expect(answer.statusCode).toBe(401)
    expect(answer.headers['content-type']).toContain('text/html')
    expect(answer.body).toContain('was not accepted')
    expect(answer.body).toContain('value="/servers/sabc"')
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  it('refuses a form that another site sends', async () => {
    const answer = await signIn({ token, next: '/' }, { 'sec-fetch-site': 'cross-site' })

    expect(answer.statusCode).toBe(403)
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  it('refuses a form beyond its limit with a page', async () => {
    const answer = await signIn({ token: 'x'.repeat(9_000), next: '/' })

    expect(answer.statusCode).toBe(413)
    expect(answer.headers['content-type']).toContain('text/html')
  })

  it('reads no form on any other route', async () => {
    const answer = await collector.app.inject({
      method: 'POST',
      url: paths.enroll(),
      headers: { 'content-type': FORM, authorization: `Bearer ${collector.createJoinKey()}` },
      payload: 'proto=1',
    })

    expect(answer.statusCode).toBe(415)
  })

  it('skips the form for someone who is signed in', async () => {
    const answer = await get('/login?next=/servers/sabc')

    expect(answer.headers.location).toBe('/servers/sabc')
  })
})

describe('signing out', () => {
  it('ends the session', async () => {
    const cookie = await sessionCookie()

    const answer = await collector.app.inject({ method: 'POST', url: '/logout', headers: { cookie, ...SAME_SITE } })
    const after = await collector.app.inject({ method: 'GET', url: '/', headers: { cookie } })

    expect(answer.headers.location).toBe('/login')
    expect(after.statusCode).toBe(303)
  })

  it('is not done for another site', async () => {
    const cookie = await sessionCookie()
    const foreign = { cookie, 'sec-fetch-site': 'cross-site' }

    await collector.app.inject({ method: 'POST', url: '/logout', headers: foreign })
    const after = await collector.app.inject({ method: 'GET', url: '/', headers: { cookie } })

    expect(after.statusCode).toBe(200)
  })
})

describe('pages for a reader', () => {
  it('show the fleet, uncached, with a policy that runs no foreign script', async () => {
    const server = await collector.enroll('fleet-01')
    server.report.raiseFlag(['libssl3'])
    await collector.post(paths.report(), server.credential, server.report.whole())

    const answer = await get('/')

    expect(answer.statusCode).toBe(200)
    expect(answer.body).toContain('fleet-01')
    expect(answer.body).toContain('>libssl3<')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.headers['content-security-policy']).toContain("script-src 'self'")
    expect(answer.headers['content-security-policy']).toContain("require-trusted-types-for 'script'")
  })

  it('show one server with its history', async () => {
    const server = await collector.enroll('single-01')
    server.report.raiseFlag(['libc6'])
    await collector.post(paths.report(), server.credential, server.report.whole())

    const answer = await get(`/servers/${server.id}`)

    expect(answer.body).toContain('<h1>single-01</h1>')
    expect(answer.body).toContain('Registered')
    expect(answer.body).toContain('<li><code>libc6</code></li>')
  })

  it('say so where no server has the id', async () => {
    const answer = await get('/servers/snone')

    expect(answer.statusCode).toBe(404)
    expect(answer.body).toContain('There is no such server')
  })

  it('count every package of a server, also where a list would cut them', async () => {
    const server = await collector.enroll('many-01')
    const packages = Array.from({ length: 200 }, (_, index) => `package-with-a-name-${index}`)
    server.report.raiseFlag(packages)
    await collector.post(paths.report(), server.credential, server.report.whole())

    const answer = await get('/')

    expect(answer.body).toContain('package-with-a-name-0 +199')
  })

  it('add servers asked for by id once, and only those that are not listed', async () => {
    const server = await collector.enroll('asked-01')

    const answer = await get(`/?also=${server.id},${server.id},snone,%3Cscript%3E`)

    expect(answer.body.split(`data-key="${server.id}"`)).toHaveLength(2)
    expect(answer.body).not.toContain('data-also')
    expect(answer.body).not.toContain('<script>')
  })
})

describe('a fleet of several pages', () => {
  it('links them, and hands over a server of another page when asked', async () => {
    const many = new TestCollector()
    const joinKey = many.createJoinKey()
    const names = Array.from({ length: 101 }, (_, index) => `server-${String(index).padStart(3, '0')}`)
    const servers = await Promise.all(names.map((name) => many.enroll(name, joinKey)))
    const last = servers[100]?.id ?? ''
    const form = new URLSearchParams({ token: many.createToken('reader') }).toString()
    const headers = { 'content-type': FORM, ...SAME_SITE }
    const login = await many.app.inject({ method: 'POST', url: '/login', headers, payload: form })
    const cookie = String(login.headers['set-cookie']).split(';')[0] ?? ''

    const first = await many.app.inject({ method: 'GET', url: `/?also=${last}`, headers: { cookie } })
    const second = await many.app.inject({ method: 'GET', url: '/?page=2', headers: { cookie } })
    const url = `/?part=changes&also=${servers[5]?.id},${last}`
    const { body: changes } = await many.app.inject({ method: 'GET', url, headers: { cookie } })
    await many.close()

    expect(first.body.match(/data-key=/g)).toHaveLength(101)
    expect(first.body.slice(first.body.indexOf('data-also'))).toContain(`data-key="${last}"`)
    expect(second.body.match(/data-key=/g)).toHaveLength(1)
    expect(second.body).toContain('server-100')
    // Rows that stand as they are: their place alone. Those that were asked for: whole.
    expect(changes.match(/data-key=/g)).toHaveLength(101)
    expect(changes.match(/data-known/g)).toHaveLength(99)
    expect(changes).toContain('>server-005<')
    expect(changes).toContain('>server-100<')
    expect([first.body.includes('data-pictures'), changes.includes('data-pictures')]).toEqual([true, false])
  })
})

describe('a page that cannot be made', () => {
  it('says so with the id under which the log has the rest, and shows nothing else', async () => {
    const broken = new TestCollector()
    broken.ctx.projection.inOrder = () => {
      throw new Error('/var/lib/secret-path is gone')
    }
    const form = new URLSearchParams({ token: broken.createToken('reader') }).toString()
    const headers = { 'content-type': FORM, ...SAME_SITE }
    const login = await broken.app.inject({ method: 'POST', url: '/login', headers, payload: form })
    const cookie = String(login.headers['set-cookie']).split(';')[0] ?? ''

    const answer = await broken.app.inject({ method: 'GET', url: '/', headers: { cookie } })
    const logged = broken.logged.join('')
    await broken.close()

    expect(answer.statusCode).toBe(500)
    expect(answer.body).toContain('This page could not be made')
    expect(answer.body).not.toContain('secret-path')
    expect(logged).toContain('secret-path')
  })
})

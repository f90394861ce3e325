import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { login, SESSION_MS } from '../../../collector/api/auth.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { TestCollector } from '../../support/test-collector.ts'

let collector: TestCollector
beforeEach(() => {
  collector = new TestCollector()
})
afterEach(() => collector.close())

const AUDIT = { at: 0, actor: 'test', action: 'token.revoke', subject: 't', detail: {} }
const cookieOf = (setCookie: string) => setCookie.split(';', 1)[0] ?? ''
const statusWith = async (cookie: string) =>
  (await collector.app.inject({ method: 'GET', url: paths.summary(), headers: { cookie } })).statusCode

describe('a session', () => {
  it('reads what its token reads', async () => {
    const session = login(collector.ctx, `  ${collector.createToken('reader')}\n`)

    expect(await statusWith(cookieOf(session?.setCookie ?? ''))).toBe(200)
  })

  it('is found among other cookies', async () => {
    const session = login(collector.ctx, collector.createToken('reader'))

    expect(await statusWith(`theme=dark; ${cookieOf(session?.setCookie ?? '')}; x="y"`)).toBe(200)
  })

  it.each([
    ['plain loopback', {}, /^overdue=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/],
    [
      'HTTPS',
      { publicUrl: 'https://overdue.test' },
      /^__Host-overdue=[\w-]{43}; .*Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    ],
  ])('is bound to its host and hidden from scripts, on %s', async (_where, config, expected) => {
    const other = new TestCollector({ config })

    const session = login(other.ctx, other.createToken('reader'))

    expect(session?.setCookie).toMatch(expected)
    await other.close()
  })

  it('is stored as a hash alone', () => {
    const session = login(collector.ctx, collector.createToken('reader'))
    const id = cookieOf(session?.setCookie ?? '').split('=')[1] ?? ''

    expect(collector.ctx.store.session(id)).toBeNull()
    expect(collector.ctx.store.session(session?.idHash ?? '')).not.toBeNull()
  })

  it('ends when its token is revoked', async () => {
    const session = login(collector.ctx, collector.createToken('reader', { id: 't' }))
    collector.ctx.store.revokeToken('t', collector.clock.now(), AUDIT)

    expect(await statusWith(cookieOf(session?.setCookie ?? ''))).toBe(401)
  })

  it('ends when its token expires, and 12 hours after login at the latest', async () => {
    const short = login(collector.ctx, collector.createToken('reader', { expiresAt: collector.clock.now() + 60_000 }))
    const long = login(collector.ctx, collector.createToken('reader'))

    collector.clock.step(59_999)
    expect(await statusWith(cookieOf(short?.setCookie ?? ''))).toBe(200)
    collector.clock.step(1)
    expect(await statusWith(cookieOf(short?.setCookie ?? ''))).toBe(401)
    collector.clock.step(SESSION_MS - 60_001)
    expect(await statusWith(cookieOf(long?.setCookie ?? ''))).toBe(200)
    collector.clock.step(1)
    expect(await statusWith(cookieOf(long?.setCookie ?? ''))).toBe(401)
  })

  it('is not opened for what is no valid token', async () => {
    const { credential } = await collector.enroll('web-1')

    expect(login(collector.ctx, credential)).toBeNull()
    expect(login(collector.ctx, collector.createJoinKey())).toBeNull()
    expect(login(collector.ctx, '')).toBeNull()
    expect(login(collector.ctx, `${collector.createToken('reader')}x`)).toBeNull()
  })
})

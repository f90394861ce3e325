// Everything somebody may try to get in with: one that nobody knows beside those that exist and are not good, or not good
// any more; and what is answered to whoever tries one.
import { login } from '../../../collector/api/auth.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { formatSecret, type SecretKind } from '../../../shared/secret.ts'
import { TestCollector } from '../../../test/support/test-collector.ts'

/** By the way in. Each is to be refused as `unknown` is. */
export const REFUSALS = {
  'join key': ['expired', 'spent', 'revoked', 'wrong-secret', 'not-from-here', 'malformed'],
  credential: ['wrong-secret', 'removed', 'malformed'],
  'API token': ['expired', 'revoked', 'wrong-secret', 'malformed'],
  login: ['expired', 'revoked', 'wrong-secret', 'malformed', 'join-key'],
  session: ['expired', 'revoked', 'malformed'],
} as const
export type WayIn = keyof typeof REFUSALS
export const WAYS_IN = Object.keys(REFUSALS) as WayIn[]

/** What can be compared of an answer: all of it but the number of the request. */
export type Refusal = { status: number; headers: Record<string, unknown>; body: string }

const HOUR_MS = 3_600_000
const GUESSED = 'x'.repeat(43)
/** As long as a secret, of letters no secret has. */
const DAMAGED = '.'.repeat(43)
const ENROLMENT = { proto: 1, credentialHash: 'h'.repeat(43), name: 'x' }

export class RefusalRig {
  readonly #collector: TestCollector
  readonly #texts: Readonly<Record<WayIn, Readonly<Record<string, string>>>>

  private constructor(collector: TestCollector, texts: Record<WayIn, Record<string, string>>) {
    this.#collector = collector
    this.#texts = texts
  }

  static async create(): Promise<RefusalRig> {
    const collector = new TestCollector()
    const tokens = tokensOf(collector)
    const texts = {
      'join key': joinKeysOf(collector),
      credential: await credentialsOf(collector),
      'API token': tokens,
      login: { ...tokens, 'join-key': collector.createJoinKey() },
      session: sessionsOf(collector),
    }
    // What was made to last a minute has expired.
    collector.clock.step(HOUR_MS)
    return new RefusalRig(collector, texts)
  }

  /** `name`: "unknown", or one of REFUSALS. */
  async ask(way: WayIn, name: string): Promise<Refusal> {
    const answer = await this.#send(way, this.#texts[way][name] ?? '')
    const { date: _, ...headers } = answer.headers
    const body = answer.body.replace(/\/requests\/[\w-]+/, '/requests/ID')
    return { status: answer.statusCode, headers, body }
  }

  /** Ms until the answer was there. */
  async timeOf(way: WayIn, name: string): Promise<number> {
    const text = this.#texts[way][name] ?? ''
    const startedAt = performance.now()
    await this.#send(way, text)
    return performance.now() - startedAt
  }

  close(): Promise<void> {
    return this.#collector.close()
  }

  #send(way: WayIn, text: string) {
    const collector = this.#collector
    switch (way) {
      case 'join key':
        return collector.post(paths.enroll(), text, ENROLMENT)
      case 'credential':
        return collector.post(paths.report(), text, {})
      case 'API token':
        return collector.get(paths.servers(), text)
      case 'login':
        return this.#logIn(text)
      case 'session':
        return collector.get(paths.servers(), null, { cookie: `overdue=${text}` })
      default:
        return way satisfies never
    }
  }

  #logIn(token: string) {
    const headers = {
      host: 'overdue.test',
      origin: 'http://overdue.test',
      'content-type': 'application/x-www-form-urlencoded',
    }
    const payload = new URLSearchParams({ token, next: '/' }).toString()
    return this.#collector.app.inject({ method: 'POST', url: paths.loginPage(), headers, payload })
  }
}

function joinKeysOf(collector: TestCollector): Record<string, string> {
  const now = collector.clock.now()
  collector.createJoinKey({ id: 'good' })
  return {
    unknown: formatSecret('ovdj', 'nobody', GUESSED),
    expired: collector.createJoinKey({ expiresAt: now }),
    spent: collector.createJoinKey({ usesMax: 1, uses: 1 }),
    revoked: collector.createJoinKey({ revokedAt: now }),
    'wrong-secret': formatSecret('ovdj', 'good', GUESSED),
    malformed: damaged('ovdj', 'good'),
    'not-from-here': collector.createJoinKey({ cidrs: ['10.0.0.0/8'] }),
  }
}

/** Who holds the credential of a removed server is told so (410): its agent is to stop. Everybody else is told nothing. */
async function credentialsOf(collector: TestCollector): Promise<Record<string, string>> {
  const [alive, removed] = [await collector.enroll('alive'), await collector.enroll('removed')]
  const headers = { authorization: `Bearer ${collector.createToken('operator')}` }
  await collector.app.inject({ method: 'DELETE', url: paths.server(removed.id), headers })
  return {
    unknown: formatSecret('ovds', `s${'a'.repeat(26)}`, GUESSED),
    'wrong-secret': formatSecret('ovds', alive.id, GUESSED),
    removed: formatSecret('ovds', removed.id, GUESSED),
    malformed: damaged('ovds', alive.id),
  }
}

function tokensOf(collector: TestCollector): Record<string, string> {
  collector.createToken('admin', { id: 'boss' })
  const revoked = collector.createToken('admin', { id: 'revoked' })
  revokeToken(collector, 'revoked')
  return {
    unknown: formatSecret('ovdt', 'nobody', GUESSED),
    expired: collector.createToken('admin', { expiresAt: collector.clock.now() + 60_000 }),
    revoked,
    'wrong-secret': formatSecret('ovdt', 'boss', GUESSED),
    malformed: damaged('ovdt', 'boss'),
  }
}

function sessionsOf(collector: TestCollector): Record<string, string> {
  const revoked = sessionOf(collector, collector.createToken('reader', { id: 'left' }))
  revokeToken(collector, 'left')
  return {
    unknown: GUESSED,
    expired: sessionOf(collector, collector.createToken('reader', { expiresAt: collector.clock.now() + 60_000 })),
    revoked,
    malformed: DAMAGED,
  }
}

function sessionOf(collector: TestCollector, token: string): string {
  const cookie = login(collector.ctx, token)?.setCookie ?? ''
  return cookie.slice(cookie.indexOf('=') + 1, cookie.indexOf(';'))
}

function revokeToken(collector: TestCollector, id: string): void {
  const at = collector.clock.now()
  const audit = { at, actor: 'test', action: 'token.revoke', subject: id, detail: {} }
  collector.ctx.store.revokeToken(id, at, audit)
}

function damaged(kind: SecretKind, id: string): string {
  return formatSecret(kind, id, DAMAGED)
}

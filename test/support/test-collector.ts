// The real collector in a temporary folder: SQLite, ingest, routes and pages, driven through HTTP or `inject`.
// Every reply that departs from its schema fails the test that got it.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { urlOf } from '../../collector/api/listen-address.ts'
import { createContext, type CollectorContext } from '../../collector/context.ts'
import type { CollectorConfig } from '../../collector/config.ts'
import { buildServer, type ServerOptions } from '../../collector/server.ts'
import type { JoinKeyRecord, Role } from '../../collector/store/records.ts'
import { DEFAULT_POLICY } from '../../shared/judgement/policy.ts'
import { paths } from '../../shared/protocol/paths.ts'
import { formatSecret, hashSecret } from '../../shared/secret.ts'
import { ReportBuilder } from './report-builder.ts'

/** A clock that moves when told to. */
export class SteppedClock {
  #now: number
  #monotonicMs = 1_000
  constructor(now = Date.parse('2026-11-22T12:00:00Z')) {
    this.#now = now
  }
  now(): number {
    return this.#now
  }
  monotonicMs(): number {
    return this.#monotonicMs
  }
  step(ms: number): void {
    this.#now += ms
    this.#monotonicMs += ms
  }
}

export type TestServer = { id: string; credential: string; report: ReportBuilder }

export type TestCollectorOptions = {
  config?: Partial<CollectorConfig>
  server?: Partial<ServerOptions>
  /** Default: no limits, so that tests enrol as many servers as they like. */
  clock?: SteppedClock
}

const UNLIMITED = { perSecond: 1e6, burst: 1e6 }

export class TestCollector {
  readonly directory = mkdtempSync(join(tmpdir(), 'overdue-collector-'))
  readonly clock: SteppedClock
  readonly ctx: CollectorContext
  readonly app: FastifyInstance
  /** Lines the collector logged. */
  readonly logged: string[] = []

  constructor(options: TestCollectorOptions = {}) {
    this.clock = options.clock ?? new SteppedClock()
    const log = pino({ level: 'debug', base: null }, { write: (line: string) => void this.logged.push(line) })
    this.ctx = createContext({ ...this.#config(), ...options.config }, { clock: this.clock, log })
    this.app = buildServer(this.ctx, {
      enrollRates: { all: UNLIMITED, perKey: UNLIMITED },
      onReplyMismatch: (route, errors) => {
        throw new Error(`the reply of ${route} departs from its schema: ${JSON.stringify(errors)}`)
      },
      ...options.server,
    })
  }

  #config(): CollectorConfig {
    return {
      listen: { host: '127.0.0.1', port: 0 },
      publicUrl: null,
      tls: null,
      trustedProxies: [],
      allowedHosts: ['overdue.test', 'x'],
      limits: { connections: 20_000, connectionsPerAddress: 5_000 },
      metrics: { perServer: 'auto' },
      dataDir: join(this.directory, 'data'),
      policy: DEFAULT_POLICY,
    }
  }

  /** Listens on a free port of loopback; returns the URL. */
  async listen(): Promise<string> {
    await this.app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = this.app.server.address() as AddressInfo
    return urlOf(this.ctx.config.tls === null ? 'http' : 'https', { host: '127.0.0.1', port })
  }

  async close(): Promise<void> {
    await this.app.close()
    this.ctx.store.close()
    rmSync(this.directory, { recursive: true, force: true })
  }

  /** Text of a new API token. */
  createToken(role: Role, options: { id?: string; expiresAt?: number | null } = {}): string {
    const id = options.id ?? randomBytes(8).toString('hex')
    const secret = randomBytes(32).toString('base64url')
    this.ctx.store.createToken(
      {
        id,
        secretHash: hashSecret(secret),
        name: role,
        role,
        createdAt: this.clock.now(),
        expiresAt: options.expiresAt ?? null,
        revokedAt: null,
      },
      this.#audit('token.create', id),
    )
    return formatSecret('ovdt', id, secret)
  }

  /** Text of a new join key. */
  createJoinKey(settings: Partial<JoinKeyRecord> = {}): string {
    const id = settings.id ?? randomBytes(8).toString('hex')
    const secret = randomBytes(32).toString('base64url')
    const key: JoinKeyRecord = {
      secretHash: hashSecret(secret),
      createdAt: this.clock.now(),
      expiresAt: this.clock.now() + 86_400_000,
      usesMax: 1_000,
      uses: 0,
      application: null,
      cidrs: [],
      approve: 'auto',
      ephemeral: false,
      revokedAt: null,
      ...settings,
      id,
    }
    this.ctx.store.createJoinKey(key, this.#audit('join-key.create', id))
    return formatSecret('ovdj', id, secret)
  }

  /** A server as its agent would enrol it. */
  async enroll(name: string, joinKey = this.createJoinKey()): Promise<TestServer> {
    const secret = randomBytes(32).toString('base64url')
    const answer = await this.post(paths.enroll(), joinKey, { proto: 1, credentialHash: hashSecret(secret), name })
    if (answer.statusCode !== 200) throw new Error(`enrolment failed: ${answer.statusCode} ${answer.body}`)
    const { serverId } = answer.json<{ serverId: string }>()
    return { id: serverId, credential: formatSecret('ovds', serverId, secret), report: new ReportBuilder(name) }
  }

  /** A Buffer is sent as it is, everything else as JSON. */
  post(url: string, credential: string | null, body: unknown, headers: Record<string, string> = {}) {
    return this.app.inject({
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json',
        ...(credential === null ? {} : { authorization: `Bearer ${credential}` }),
        ...headers,
      },
      payload: Buffer.isBuffer(body) ? body : JSON.stringify(body),
    })
  }

  get(url: string, credential: string | null, headers: Record<string, string> = {}) {
    const authorization = credential === null ? {} : { authorization: `Bearer ${credential}` }
    return this.app.inject({ method: 'GET', url, headers: { ...authorization, ...headers } })
  }

  #audit(action: string, subject: string) {
    return { at: this.clock.now(), actor: 'test', action, subject, detail: {} }
  }
}

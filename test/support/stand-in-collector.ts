// A collector as small as the protocol allows, for tests of the agent: real HTTP on 127.0.0.1, a memory of what it
// acknowledged, and whatever bad manners a test asks for.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { rootDigest } from '../../shared/digest.ts'
import { SECTION_NAMES } from '../../shared/sections/names.ts'

export type SentSection = { digest: string; outcome: string; reason: string | null; readAgoMs: number; value?: unknown }
export type SentReport = {
  proto: number
  instance: string
  seq: number
  uptimeMs: number
  root: string
  sentAt?: string
  boot?: Record<string, unknown>
  reason?: string
  reasonId?: string
  sections?: Record<string, SentSection>
}
export type Received = { path: string; headers: IncomingMessage['headers']; body: Record<string, unknown> }

/** How the next requests are answered. `answer` may return a status and body of its own, or null for good manners. */
export type Manners =
  | 'good'
  | 'hang'
  | 'reset'
  | ((request: Received) => { status: number; headers?: Record<string, string>; body: unknown } | null)

export class StandInCollector {
  readonly received: Received[] = []
  /** What is known of the one server: whole sections by name. */
  readonly sections = new Map<string, SentSection>()
  manners: Manners = 'good'
  epoch = 'epoch-1'
  nextInMs = 1_000
  serverId = `s${'a'.repeat(26)}`
  readonly #tls: { key: string; cert: string } | null
  #server: Server | null = null
  #port = 0
  #watchers: (() => void)[] = []

  constructor(tls: { key: string; cert: string } | null = null) {
    this.#tls = tls
  }

  get url(): string {
    return `${this.#tls === null ? 'http' : 'https'}://127.0.0.1:${this.#port}`
  }

  get reports(): SentReport[] {
    return this.received.filter(({ path }) => path === '/v1/report').map(({ body }) => body as unknown as SentReport)
  }

  get enrolments(): Received[] {
    return this.received.filter(({ path }) => path === '/v1/enroll')
  }

  /** Every section was sent whole, and is not forgotten. */
  get knowsEverything(): boolean {
    return SECTION_NAMES.every((name) => this.sections.has(name))
  }

  /** Value of a section as last acknowledged. */
  value(name: string): Record<string, unknown> | null {
    return (this.sections.get(name)?.value ?? null) as Record<string, unknown> | null
  }

  async start(): Promise<this> {
    const handle = (request: IncomingMessage, response: ServerResponse): void => void this.#handle(request, response)
    this.#server = this.#tls === null ? createServer(handle) : createTlsServer(this.#tls, handle)
    await new Promise<void>((resolve) => this.#server?.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (this.#server.address() as AddressInfo).port
    return this
  }

  /** Goes away; `start` comes back on the same port. */
  async stop(): Promise<void> {
    const server = this.#server
    this.#server = null
    server?.closeAllConnections()
    await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)))
  }

  /** Resolves when `condition` holds, looked at after each request; rejects after `deadlineMs`. */
  async until(what: string, condition: () => boolean, deadlineMs = 15_000): Promise<void> {
    const ended = performance.now() + deadlineMs
    while (!condition()) {
      const restMs = ended - performance.now()
      if (restMs <= 0) throw new Error(`not within ${deadlineMs} ms: ${what}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, restMs)
        this.#watchers.push(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const raw = Buffer.concat(chunks)
    const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw).toString() : raw.toString()
    const received = {
      path: request.url ?? '',
      headers: request.headers,
      body: JSON.parse(text) as Record<string, unknown>,
    }
    this.received.push(received)
    this.#answer(received, request, response)
    for (const watcher of this.#watchers.splice(0)) watcher()
  }

  #answer(received: Received, request: IncomingMessage, response: ServerResponse): void {
    if (this.manners === 'hang') return
    if (this.manners === 'reset') return void request.socket.resetAndDestroy()
    const own = typeof this.manners === 'function' ? this.manners(received) : null
    const { status, headers, body } = own ?? { status: 200, headers: {}, body: this.#politely(received) }
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }

  #politely({ path, body }: Received): unknown {
    if (path === '/v1/enroll') return { serverId: this.serverId, lifecycle: 'active' }
    const report = body as unknown as SentReport
    for (const [name, section] of Object.entries(report.sections ?? {})) {
      if (section.value !== undefined) this.sections.set(name, section)
    }
    return { seq: report.seq, epoch: this.epoch, want: this.#want(report), nextInMs: this.nextInMs }
  }

  #want(report: SentReport): string[] {
    if (report.sections !== undefined) {
      return Object.entries(report.sections).flatMap(([name, { digest }]) =>
        this.sections.get(name)?.digest === digest ? [] : [name],
      )
    }
    const digests = Object.fromEntries([...this.sections].map(([name, { digest }]) => [name, digest]))
    return rootDigest(digests) === report.root ? [] : [...SECTION_NAMES]
  }
}

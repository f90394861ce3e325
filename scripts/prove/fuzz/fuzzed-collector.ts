// The real collector with a few servers, and what must hold of it whatever it is sent: no 5xx, every refusal a problem,
// every log line one line, and nothing of a server that was not the sender has changed.
import type { InjectOptions } from 'fastify'
import { DEFAULT_TIMEOUTS } from '../../../collector/api/http-server.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { PROBLEMS } from '../../../shared/protocol/problems.ts'
import { fullReport } from '../../../test/support/full-report.ts'
import { TestCollector, type TestServer } from '../../../test/support/test-collector.ts'
import { SurfaceFault } from './surface.ts'

export type FuzzRequest = {
  method: 'GET' | 'POST'
  url: string
  headers: Record<string, string>
  body: Buffer | null
}
export type FuzzAnswer = { status: number; headers: Record<string, unknown>; body: string }

const BYSTANDERS = 3
const LEVEL_ERROR = 50

export class FuzzedCollector {
  // Injection keeps an answer without a body until its timeout, which would look like a leak of ours.
  readonly collector = new TestCollector({ server: { timeouts: { ...DEFAULT_TIMEOUTS, answerTimeoutMs: 1_000 } } })
  readonly reader = this.collector.createToken('reader')
  readonly #bystanders: TestServer[] = []
  #before = ''

  static async open(): Promise<FuzzedCollector> {
    const fuzzed = new FuzzedCollector()
    for (let count = 0; count < BYSTANDERS; count++) {
      fuzzed.#bystanders.push(await fuzzed.reporting(`bystander-${count}`))
    }
    fuzzed.#before = await fuzzed.#bystanderDocuments()
    return fuzzed
  }

  /** A server that has said everything a server can say. */
  async reporting(name: string): Promise<TestServer> {
    const server = await this.collector.enroll(name)
    const { statusCode, body } = await this.collector.post(paths.report(), server.credential, fullReport(server.report))
    if (statusCode !== 200) throw new Error(`the first report was not taken: ${body}`)
    return server
  }

  /** Throws SurfaceFault for an answer no request may get. */
  async send({ method, url, headers, body }: FuzzRequest): Promise<FuzzAnswer> {
    const options: InjectOptions = { method, url, headers, ...(body === null ? {} : { payload: body }) }
    const answer = await this.collector.app.inject(options)
    const { statusCode: status } = answer
    if (status >= 500) throw new SurfaceFault(`answered ${status}: ${answer.body.slice(0, 500)}${this.#lastError()}`)
    if (status >= 400 && url.startsWith('/api/')) requireProblem(status, answer.body)
    return { status, headers: answer.headers, body: answer.body }
  }

  async check(): Promise<void> {
    for (const line of this.collector.logged.splice(0)) {
      if (line.indexOf('\n') !== line.length - 1) throw new SurfaceFault(`one event is more than one line: ${line}`)
      const { level } = JSON.parse(line) as { level: number }
      if (level >= LEVEL_ERROR) throw new SurfaceFault(`logged an error: ${line}`)
    }
    const after = await this.#bystanderDocuments()
    if (after !== this.#before) throw new SurfaceFault(`a server that sent nothing changed: ${after}`)
    if ('polluted' in {}) throw new SurfaceFault('a prototype was written to')
  }

  close(): Promise<void> {
    return this.collector.close()
  }

  async #bystanderDocuments(): Promise<string> {
    const answers = await Promise.all(
      this.#bystanders.map(({ id }) => this.collector.get(paths.server(id), this.reader)),
    )
    return answers.map(({ body }) => body).join('\n')
  }

  #lastError(): string {
    return this.collector.logged.findLast((line) => line.includes(`"level":${LEVEL_ERROR}`)) ?? ''
  }
}

/** RFC 9457, with a kind that the reference knows. */
export function requireProblem(status: number, body: string): void {
  const problem = JSON.parse(body) as { kind?: string; status?: number }
  if (problem.status === status && problem.kind !== undefined && Object.hasOwn(PROBLEMS, problem.kind)) return
  throw new SurfaceFault(`answered ${status} without a known problem: ${body.slice(0, 500)}`)
}

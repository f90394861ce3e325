// A server whose agent polls: its heartbeats wait at the collector, and it looks afresh when it is asked.
import { paths } from '../../shared/protocol/paths.ts'
import type { Report, ReportReply } from '../../shared/protocol/report.ts'
import { type TestCollector, type TestServer } from './test-collector.ts'
import { until } from './until.ts'

type Ask = NonNullable<ReportReply['ask']>

export type PollingBehaviour = {
  /** What happens between the ask and the look, e.g. a flag that appears. Returns false to keep quiet. */
  onAsk?: (ask: Ask, server: TestServer) => boolean | Promise<boolean>
}

export class PollingServer {
  /** Every ask it heard of. */
  readonly asked: Ask[] = []
  readonly server: TestServer
  readonly #collector: TestCollector
  readonly #behaviour: PollingBehaviour
  #isPolling = true

  private constructor(collector: TestCollector, server: TestServer, behaviour: PollingBehaviour) {
    this.#collector = collector
    this.server = server
    this.#behaviour = behaviour
  }

  /** Enrolled, reported, and its first poll parked. */
  static async start(collector: TestCollector, name: string, behaviour: PollingBehaviour = {}): Promise<PollingServer> {
    const polling = new PollingServer(collector, await collector.enroll(name), behaviour)
    await polling.#send(polling.server.report.whole())
    void polling.#poll()
    await until(`${name} is connected`, () => collector.ctx.polls.isParked(polling.server.id))
    return polling
  }

  get id(): string {
    return this.server.id
  }

  /** The next answer it gets is its last. */
  stop(): void {
    this.#isPolling = false
  }

  async #poll(): Promise<void> {
    while (this.#isPolling) {
      let reply = await this.#send(this.server.report.heartbeat(), { prefer: 'wait=30' })
      // The answer to a report that answers may bring the next ask.
      while (reply?.ask !== undefined) reply = await this.#lookAndReport(reply.ask)
      if (reply === null) return
    }
  }

  async #lookAndReport(ask: Ask): Promise<ReportReply | null> {
    this.asked.push(ask)
    const isAnswering = (await this.#behaviour.onAsk?.(ask, this.server)) ?? true
    return await this.#send(
      isAnswering ? this.server.report.whole({ answers: ask.id }) : this.server.report.heartbeat(),
    )
  }

  /** Null when the collector does not take it, or is no more. */
  async #send(report: Report, headers: Record<string, string> = {}): Promise<ReportReply | null> {
    if (this.#collector.ctx.polls.isDraining) return null
    const answer = await this.#collector.post(paths.report(), this.server.credential, report, headers)
    return answer.statusCode === 200 ? answer.json<ReportReply>() : null
  }
}

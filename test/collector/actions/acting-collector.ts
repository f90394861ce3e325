// A collector with its sweep, a server that reports what a test says, and an operator who acts over HTTP.
import { Sweeper } from '../../../collector/sweep/sweeper.ts'
import type { ServerDocument } from '../../../collector/views/server-view.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import type { Listener } from '../../../shared/sections/listeners.ts'
import { observed } from '../../../shared/sections/section.ts'
import { TestCollector, type TestServer } from '../../support/test-collector.ts'

export const DAY_MS = 86_400_000
export const HOUR_MS = 3_600_000

export class ActingCollector extends TestCollector {
  readonly operator = this.createToken('operator', { id: 'anna' })
  readonly #sweeper = new Sweeper(this.ctx)

  override async close(): Promise<void> {
    await this.#sweeper.stop()
    await super.close()
  }

  async needy(name: string, ports: readonly Listener[] = []): Promise<TestServer> {
    const server = await this.enroll(name)
    server.report.raiseFlag()
    await this.listening(server, ports)
    return server
  }

  /** Reports these ports. */
  async listening(server: TestServer, ports: readonly Listener[]): Promise<void> {
    server.report.state.listeners = observed([...ports])
    await this.say(server)
  }

  async say(server: TestServer): Promise<void> {
    const answer = await this.post(paths.report(), server.credential, server.report.whole())
    if (answer.statusCode !== 200) throw new Error(answer.body)
  }

  /** Time goes by; who is `beating` is heard at its end. */
  async pass(ms: number, beating: readonly TestServer[] = []): Promise<void> {
    this.clock.step(ms)
    for (const server of beating) await this.say(server)
    await this.#sweeper.tick()
  }

  async document(id: string): Promise<ServerDocument> {
    return (await this.get(paths.server(id), this.operator)).json<ServerDocument>()
  }

  send(url: string, body: unknown) {
    return this.post(url, this.operator, body)
  }

  remove(url: string) {
    return this.app.inject({ method: 'DELETE', url, headers: { authorization: `Bearer ${this.operator}` } })
  }

  /** Types of what happened, oldest first. */
  events(id: string): string[] {
    return this.ctx.store
      .history({ serverId: id, limit: 100 })
      .toReversed()
      .map(({ type }) => type)
  }

  newestEvent(id: string) {
    return this.ctx.store.history({ serverId: id, limit: 1 })[0]
  }
}

export function listener(change: Partial<Listener> = {}): Listener {
  const port = { protocol: 'tcp', family: 4, address: '0.0.0.0', port: 443, verdict: 'exposed' } as const
  return { ...port, reason: 'no-firewall', unit: 'nginx.service', ...change }
}

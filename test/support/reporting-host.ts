// A host whose `overdue-agent report` is called as hooks call it: with an agent beside it or none, and a collector that
// stands in.
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { AgentHost, type Ended } from './agent-bundle.ts'
import { StandInCollector } from './stand-in-collector.ts'

export class ReportingHost {
  readonly bundle: string
  readonly collector = new StandInCollector()
  readonly host: AgentHost
  readonly runtimeDirectory: string
  readonly socketFile: string

  private constructor(bundle: string) {
    this.bundle = bundle
    this.collector.nextInMs = 60_000
    this.host = new AgentHost(bundle, ['--backoff-max', '500ms'])
    this.host.giveCredential()
    this.runtimeDirectory = join(this.host.directory, 'runtime')
    this.socketFile = join(this.runtimeDirectory, 'report.sock')
  }

  /** For one test. `bundle`: see `buildAgentBundle`. */
  static async start(bundle: string): Promise<ReportingHost> {
    const here = new ReportingHost(bundle)
    await here.collector.start()
    onTestFinished(() => here.collector.stop())
    return here
  }

  report(...flags: string[]): Promise<Ended> {
    return this.host.command(['report', '--root', this.host.root, '--url', this.collector.url, ...flags])
  }

  /** Resolves when the agent has told everything. */
  async startAgent(): Promise<void> {
    this.host.run('--url', this.collector.url)
    await this.collector.until('a first report', () => this.collector.knowsEverything)
  }
}

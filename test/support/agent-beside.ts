// A host to run the agent on and a collector that stands in, new for each test of a file.
import { beforeAll, beforeEach } from 'vitest'
import { AgentHost, buildAgentBundle } from './agent-bundle.ts'
import { StandInCollector } from './stand-in-collector.ts'

export type AgentBeside = { readonly host: AgentHost; readonly collector: StandInCollector }

/** Call it where a file begins; what it answers is to be used in tests only. */
export function agentBesideCollector(): AgentBeside {
  let bundle: string
  let host: AgentHost
  let collector: StandInCollector
  beforeAll(async () => {
    bundle = await buildAgentBundle()
  })
  beforeEach(async () => {
    collector = await new StandInCollector().start()
    host = new AgentHost(bundle, ['--backoff-max', '500ms'])
    return () => collector.stop()
  })
  return {
    get host() {
      return host
    },
    get collector() {
      return collector
    },
  }
}

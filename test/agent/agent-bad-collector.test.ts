// What a collector may do wrong, and an agent must outlive: it goes on looking, keeps its credential, and is current
// again soon after the collector is.
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { AgentHost, buildAgentBundle } from '../support/agent-bundle.ts'
import { type Manners, StandInCollector } from '../support/stand-in-collector.ts'
import { until } from '../support/until.ts'

let bundle: string
beforeAll(async () => {
  bundle = await buildAgentBundle()
})

async function setUp({ onTestFinished }: TestContext): Promise<{ collector: StandInCollector; host: AgentHost }> {
  const collector = await new StandInCollector().start()
  onTestFinished(() => collector.stop())
  const settings = ['--url', collector.url, '--heartbeat', '60s', '--backoff-max', '500ms']
  const host = new AgentHost(bundle, settings, (clean) => onTestFinished(clean))
  host.giveCredential()
  return { collector, host }
}

const flagIs = (collector: StandInCollector, present: boolean) => () =>
  collector.value('sentinel')?.['present'] === present

describe.concurrent('a collector with bad manners', () => {
  const refusing =
    (status: number, body: unknown, headers = {}): Manners =>
    () => ({ status, headers, body })

  it.for<[string, Manners]>([
    ['500', refusing(500, '<h1>Internal Server Error</h1>')],
    ['503 with Retry-After', refusing(503, { kind: 'overloaded' }, { 'retry-after': '1' })],
    ['401', refusing(401, { kind: 'unauthenticated' })],
    ['403', refusing(403, { kind: 'forbidden' })],
    ['404', refusing(404, { kind: 'not-found' })],
    ['a redirect', refusing(301, '', { location: 'http://127.0.0.1:1/' })],
    ['garbage', refusing(200, '\u0000\u0001 not json at all')],
    ['an empty 200', refusing(200, '')],
    ['wrong types', refusing(200, { seq: 'x', epoch: 5, want: 'all', nextInMs: {} })],
    ['an endless answer', refusing(200, 'x'.repeat(10_000_000))],
    ['a cut connection', 'reset'],
  ])('answering %s is outlived, without a new enrolment', async ([, manners], context) => {
    const { collector, host } = await setUp(context)
    collector.manners = manners
    host.run()
    await collector.until('two attempts', () => collector.reports.length >= 2)
    host.setFlag('libc6')
    collector.manners = 'good'

    await collector.until('current again', flagIs(collector, true))
    expect(host.isRunning).toBe(true)
    expect(collector.enrolments).toEqual([])
  })

  it('hanging is outlived', async (context) => {
    const { collector, host } = await setUp(context)
    collector.manners = 'hang'
    host.run()
    await collector.until('an attempt', () => collector.reports.length >= 1)
    host.setFlag('libc6')
    collector.manners = 'good'

    await collector.until('current again', flagIs(collector, true), 18_000)
    expect(collector.enrolments).toEqual([])
  }, 30_000)

  it('going away and coming back is outlived, with one line for each', async (context) => {
    const { collector, host } = await setUp(context)
    host.run()
    await collector.until('the first report', flagIs(collector, false))
    await collector.stop()
    host.setFlag('libc6')
    await until('the log says so', () => host.log.includes('cannot be reached'))
    await sleep(1_500)
    await collector.start()
    await collector.until('current again', flagIs(collector, true))
    await until('the log says so', () => host.log.split('the collector takes our reports').length === 3)

    expect(host.log.split('cannot be reached').length).toBe(2)
  })
})

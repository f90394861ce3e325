// The last words of an agent: when the machine goes down, and when it is taken off.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { AgentHost, buildAgentBundle } from '../support/agent-bundle.ts'
import { StandInCollector } from '../support/stand-in-collector.ts'
import { until } from '../support/until.ts'

let bundle: string
beforeAll(async () => {
  bundle = await buildAgentBundle()
})

async function setUp(): Promise<{ collector: StandInCollector; host: AgentHost; mark: string }> {
  const collector = await new StandInCollector().start()
  onTestFinished(() => collector.stop())
  const host = new AgentHost(bundle, ['--url', collector.url, '--heartbeat', '60s'])
  host.giveCredential()
  return { collector, host, mark: join(host.directory, 'runtime/going-down') }
}

const goodbyes = (collector: StandInCollector) => collector.received.flatMap(({ body }) => body['goodbye'] ?? [])

describe('an agent that is stopped', () => {
  it('says that the host restarts where the whole system stops', async () => {
    const { collector, host, mark } = await setUp()
    host.run()
    await collector.until('the first report', () => collector.reports.length > 0)
    const [first] = collector.reports
    writeFileSync(mark, '')

    expect(await host.kill('SIGTERM')).toBe(0)

    const last = collector.reports.at(-1)
    expect(last).toMatchObject({ goodbye: 'restarting', instance: first?.instance, root: first?.root })
    expect(last?.seq).toBeGreaterThan(first?.seq ?? Infinity)
  })

  it('says nothing where it alone is stopped, nor for a shutdown that did not come', async () => {
    const { collector, host, mark } = await setUp()
    host.run()
    await collector.until('the first report', () => collector.reports.length > 0)
    await host.kill('SIGTERM')
    writeFileSync(mark, '')
    host.run()
    await until('the mark is forgotten', () => !existsSync(mark))

    await host.kill('SIGTERM')

    expect(goodbyes(collector)).toEqual([])
  })

  it('ends also when the collector does not answer its last words', async () => {
    const { collector, host, mark } = await setUp()
    host.run()
    await collector.until('the first report', () => collector.reports.length > 0)
    writeFileSync(mark, '')
    collector.manners = 'hang'

    expect(await host.kill('SIGTERM')).toBe(0)
  })
})

describe('leave', () => {
  it('tells the collector that this host is not watched any more', async () => {
    const { collector, host } = await setUp()
    collector.manners = () => ({ status: 200, body: { seq: 1, epoch: 'epoch-1', want: [], nextInMs: 60_000 } })

    expect(await host.command(['leave'])).toMatchObject({ code: 0 })
    expect(goodbyes(collector)).toEqual(['uninstalled'])
  })

  it.each([
    [200, { seq: 1, epoch: 'epoch-1', want: ['host'], nextInMs: 60_000 }, 1, 'too old to be told'],
    [410, { kind: 'credential-revoked' }, 0, 'had removed this server before'],
    [401, { kind: 'unauthenticated' }, 4, '401'],
    [503, {}, 5, '503'],
    [409, { kind: 'instance-conflict' }, 1, 'another copy'],
  ])('answered %i %j', async (status, body, code, says) => {
    const { collector, host } = await setUp()
    collector.manners = () => ({ status, body })

    const ended = await host.command(['leave'])

    expect(ended.code).toBe(code)
    expect(ended.stderr).toContain(says)
  })
})

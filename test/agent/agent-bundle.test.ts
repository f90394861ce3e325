// The agent as it ships against a collector with good and bad manners. What undici is made of changes; a bundle that
// cannot post any more must fail here.
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { AgentHost, buildAgentBundle } from '../support/agent-bundle.ts'
import { StandInCollector } from '../support/stand-in-collector.ts'
import { until } from '../support/until.ts'

let bundle: string
beforeAll(async () => {
  bundle = await buildAgentBundle()
})

async function setUp({ heartbeat = '1s' } = {}): Promise<{ collector: StandInCollector; host: AgentHost }> {
  const collector = await new StandInCollector().start()
  onTestFinished(() => collector.stop())
  const host = new AgentHost(bundle, ['--url', collector.url, '--heartbeat', heartbeat, '--backoff-max', '500ms'])
  host.giveCredential()
  return { collector, host }
}

const flagIs = (collector: StandInCollector, present: boolean) => () =>
  collector.value('sentinel')?.['present'] === present

describe('a resident agent', () => {
  it('sends every section whole at first, then heartbeats of five fields', async () => {
    const { collector, host } = await setUp()
    host.run()
    await collector.until('two heartbeats', () => collector.reports.length >= 3)
    const [first, second] = collector.reports

    expect(Object.values(first?.sections ?? {}).every((section) => 'value' in section)).toBe(true)
    expect(Object.keys(first?.sections ?? {})).toEqual([
      'host',
      'boot',
      'sentinel',
      'kernel',
      'listeners',
      'packages',
      'exposure',
      'processes',
      'updates',
      'components',
    ])
    expect(first).toMatchObject({ boot: { kernelBootId: 'boot-1' }, sentAt: expect.any(String) as string })
    expect(Object.keys(second ?? {}).sort()).toEqual(['instance', 'proto', 'root', 'seq', 'uptimeMs'])
    expect(second?.seq).toBeGreaterThan(first?.seq ?? Infinity)
    expect(collector.received[1]?.headers.authorization).toMatch(/^Bearer ovds_/)
  })

  it('tells of the flag, of its packages and of its removal', async () => {
    const { collector, host } = await setUp({ heartbeat: '60s' })
    host.run()
    await collector.until('the first report', flagIs(collector, false))

    host.setFlag('libc6', 'linux-image-6.1.0-30-amd64')
    await collector.until('the flag', flagIs(collector, true))
    await collector.until(
      'its packages',
      () => collector.value('sentinel')?.['packages']?.toString() === 'libc6,linux-image-6.1.0-30-amd64',
    )
    host.clearFlag()
    await collector.until('its removal', flagIs(collector, false))
    const values = collector.reports
      .slice(1)
      .map(({ sections }) =>
        Object.entries(sections ?? {}).flatMap(([name, section]) => ('value' in section ? [name] : [])),
      )

    expect(values.flat().every((name) => name === 'sentinel')).toBe(true)
  })

  it('does not take delete-and-recreate for a removal', async () => {
    const { collector, host } = await setUp({ heartbeat: '60s' })
    host.setFlag('libc6')
    host.run()
    await collector.until('the flag', flagIs(collector, true))
    for (let at = 0; at < 10; at++) {
      host.clearFlag()
      await sleep(100)
      host.setFlag('libc6')
      await sleep(50)
    }
    host.setFlag('libc6', 'dbus')
    await collector.until('the end of it', () => collector.value('sentinel')?.['packages']?.toString() === 'libc6,dbus')
    const said = collector.reports.flatMap(
      ({ sections }) => (sections?.['sentinel']?.value as { present: boolean } | undefined)?.present ?? [],
    )

    expect(said.every(Boolean)).toBe(true)
  })

  it('sends a new boot with the flag it has, not with the one before', async () => {
    const { collector, host } = await setUp({ heartbeat: '60s' })
    host.setFlag('libc6')
    host.run()
    await collector.until('the flag', flagIs(collector, true))
    await host.kill()
    host.boot('boot-2')
    host.clearFlag()
    host.run()
    await collector.until('the new boot', () => collector.value('boot')?.['kernelBootId'] === 'boot-2')

    expect(flagIs(collector, false)()).toBe(true)
  })

  it('sees a new boot while it runs, as recorded hosts have them', async () => {
    const { collector, host } = await setUp({ heartbeat: '60s' })
    host.setFlag('libc6')
    host.run()
    await collector.until('the flag', flagIs(collector, true))
    const since = collector.value('sentinel')?.['since']
    host.boot('boot-2')
    host.clearFlag()
    await collector.until('no flag', flagIs(collector, false))
    const clearing = collector.reports.find(
      ({ sections }) => (sections?.['sentinel']?.value as { present?: boolean } | undefined)?.present === false,
    )

    expect(since).not.toBeNull()
    expect(clearing?.boot).toMatchObject({ kernelBootId: 'boot-2' })
  })

  it('ends within two seconds of SIGTERM, also while the collector hangs', async () => {
    const { collector, host } = await setUp()
    collector.manners = 'hang'
    host.run()
    await collector.until('a report that hangs', () => collector.reports.length > 0)
    const code = await Promise.race([host.kill('SIGTERM'), sleep(2_000, 'too late')])

    expect(code).toBe(0)
  })
})

describe('an agent that is killed again and again while the flag comes and goes', () => {
  it('ends at the truth', async () => {
    const { collector, host } = await setUp({ heartbeat: '60s' })
    let present = false
    for (let round = 0; round < 20; round++) {
      host.run()
      await sleep((round * 37) % 400)
      present = !present
      if (present) host.setFlag(`package-${round}`)
      else host.clearFlag()
      await sleep((round * 53) % 120)
      await host.kill()
    }
    host.setFlag('the-last-one')
    host.run()

    await collector.until(
      'the truth',
      () => collector.value('sentinel')?.['packages']?.toString() === 'the-last-one',
      5_000,
    )
    expect(flagIs(collector, true)()).toBe(true)
    expect(collector.enrolments).toEqual([])
  }, 60_000)
})

describe('what the protocol asks of an agent', () => {
  it('is to send the sections the collector lost', async () => {
    const { collector, host } = await setUp()
    host.run()
    await collector.until('the first report', () => collector.knowsEverything)
    collector.sections.delete('kernel')

    await collector.until('the kernel again', () => collector.sections.has('kernel'))
    const again = collector.reports.filter(({ sections }) => 'value' in (sections?.['kernel'] ?? {}))
    expect(again).toHaveLength(2)
  })

  it('is to send everything to a collector with another store', async () => {
    const { collector, host } = await setUp()
    host.run()
    await collector.until('the first report', () => collector.knowsEverything)
    collector.sections.clear()
    collector.epoch = 'epoch-2'

    await collector.until('everything again', () => collector.knowsEverything)
    expect(new Set(collector.reports.map(({ instance }) => instance)).size).toBe(1)
  })

  it('is to count on from where the collector is', async () => {
    const { collector, host } = await setUp()
    collector.manners = ({ body }) =>
      (body['seq'] as number) > 9e9 ? null : { status: 409, body: { kind: 'sequence-behind', lastSeq: 9e9 } }
    host.run()

    await collector.until('a number above', () => collector.knowsEverything)
    expect(collector.reports.at(-1)?.seq).toBe(9e9 + 1)
  })

  it('is to draw a new identity and send everything when told to', async () => {
    const { collector, host } = await setUp()
    host.run()
    await collector.until('the first report', () => collector.knowsEverything)
    const instance = collector.reports[0]?.instance
    collector.sections.clear()
    collector.manners = ({ body }) =>
      body['instance'] === instance ? { status: 409, body: { kind: 'instance-rebase' } } : null

    await collector.until('everything again', () => collector.knowsEverything)
    expect(collector.reports.at(-1)?.instance).not.toBe(instance)
  })

  it('is never to send a refused body again, but to go on with heartbeats', async () => {
    const { collector, host } = await setUp()
    collector.manners = ({ body }) =>
      'sections' in body ? { status: 422, body: { kind: 'invalid-body', title: 'wrong' } } : null
    host.run()
    await collector.until('three heartbeats', () => collector.reports.length >= 4)
    const kinds = collector.reports.map((report) => ('sections' in report ? 'report' : 'heartbeat'))
    host.setFlag('libc6')
    collector.manners = 'good'

    expect(kinds.filter((kind) => kind === 'report')).toEqual(['report'])
    await collector.until('what changed, in full', flagIs(collector, true))
    expect(host.log.split('refuses this report').length).toBe(2)
  })

  it('is to stop reporting, not looking, when the server was removed', async () => {
    const { collector, host } = await setUp()
    host.run()
    await collector.until('the first report', () => collector.knowsEverything)
    collector.manners = () => ({ status: 410, body: { kind: 'credential-revoked' } })
    await until('the log says so', () => host.log.includes('this server was removed'))
    const count = collector.reports.length
    host.setFlag('libc6')
    await until(
      'the outbox has it',
      () =>
        existsSync(`${host.directory}/runtime/outbox.json`) &&
        readFileSync(`${host.directory}/runtime/outbox.json`, 'utf8').includes('libc6'),
    )

    expect(collector.reports.length).toBe(count)
    expect(host.isRunning).toBe(true)
  })
})

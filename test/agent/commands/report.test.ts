// `overdue-agent report` as hooks call it: the bundle, with an agent beside it or without one.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildAgentBundle } from '../../support/agent-bundle.ts'
import { ReportingHost } from '../../support/reporting-host.ts'
import { until } from '../../support/until.ts'

let bundle: string
let here: ReportingHost
beforeAll(async () => {
  bundle = await buildAgentBundle()
})
beforeEach(async () => {
  here = await ReportingHost.start(bundle)
})

/** Every section whole. */
const bringsEverything = ({ sections }: { sections?: Record<string, { value?: unknown }> }): boolean =>
  sections !== undefined && Object.values(sections).every(({ value }) => value !== undefined)

describe('with an agent', () => {
  it('--wait ends when the collector acknowledged a look that began after it, with the verdict', async () => {
    await here.startAgent()
    // No watcher tells of this one: only a look can find it.
    mkdirSync(join(here.host.root, 'etc'))
    writeFileSync(join(here.host.root, 'etc/hostname'), 'renamed\n')
    const { code, stdout } = await here.report('--wait', '--reason', 'renamed it', '--json')

    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'acknowledged',
      by: 'agent',
      delivery: { standing: 'reporting' },
      judgement: { state: 'ok', headline: 'No restart needed.' },
      scans: expect.arrayContaining([{ name: 'firewall', ageMs: null, missing: null }]) as object,
    })
    expect(here.collector.value('host')?.['name']).toBe('renamed')
    expect(here.collector.reports.map(({ reason }) => reason)).toContain('renamed it')
  })

  it('prints the verdict for people, and says when a scan cannot be had', async () => {
    here.host.setFlag('libc6')
    await here.startAgent()
    const { code, stdout, stderr } = await here.report('--wait', '--scan')

    expect(code).toBe(6)
    expect(stdout).toMatch(/^Restart required.*libc6/)
    expect(stdout).toMatch(/^firewall {4}not scanned in this boot$/m)
    expect(stderr).toMatch(/acknowledged.*; scan firewall: nobody scans on this host/)
  })

  it('without --wait it only asks', async () => {
    await here.startAgent()
    const { code, stdout } = await here.report('--reason', 'package hook')
    await here.collector.until('the report', () =>
      here.collector.reports.some(({ reason }) => reason === 'package hook'),
    )

    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  })

  it('50 at once are one look and at most one more, and everybody is answered', async () => {
    await here.startAgent()
    const before = here.collector.reports.length
    const question = '{"waitMs":60000,"reason":"deploy"}\n'
    const answers = await Promise.all(Array.from({ length: 50 }, () => askAtSocket(here.socketFile, question)))

    expect(new Set(answers.map((line) => (JSON.parse(line) as { outcome: string }).outcome))).toEqual(
      new Set(['acknowledged']),
    )
    expect(here.collector.reports.slice(before).filter(({ reason }) => reason === 'deploy').length).toBeLessThanOrEqual(
      2,
    )
  })

  it('tells a reason with the same id until it is acknowledged: the answer that got lost may have been good', async () => {
    await here.startAgent()
    const withReason = () => here.collector.reports.filter(({ reason }) => reason === 'deploy')
    here.collector.manners = () => (withReason().length === 1 ? { status: 502, body: 'lost on the way' } : null)
    const { code } = await here.report('--wait', '--reason', 'deploy')
    here.collector.manners = 'good'
    const later = await here.report('--wait', '--reason', 'deploy')
    const [first, second, third] = withReason().map(({ reasonId }) => reasonId)

    expect([code, later.code]).toEqual([0, 0])
    expect(first).toMatch(/^[0-9a-f]{16}$/)
    expect(second).toBe(first)
    expect(third).not.toBe(first)
  })

  it('is asked by SIGUSR1, too', async () => {
    await here.startAgent()
    const before = here.collector.reports.length
    here.host.signal('SIGUSR1')
    await here.collector.until('a report', () => here.collector.reports.length > before)

    expect(here.host.isRunning).toBe(true)
  })

  it('is asked by the collector, too, and says which ask it answers', async () => {
    let isAsked = false
    here.collector.manners = ({ body }) => {
      if (isAsked) return null
      isAsked = true
      const { seq } = body
      const ask = { id: 'ask-7', scan: false }
      return { status: 200, body: { seq, epoch: here.collector.epoch, want: [], nextInMs: 60_000, ask } }
    }
    here.host.run('--url', here.collector.url)

    await here.collector.until('its answer', () =>
      here.collector.received.some(({ body }) => body['answers'] === 'ask-7'),
    )
    expect(here.collector.received.filter(({ body }) => body['answers'] === 'ask-7')).toHaveLength(1)
  })

  it('takes the place of a killed one, and keeps it from another', async () => {
    await here.startAgent()
    await here.host.kill()
    const before = here.collector.reports.length
    await here.startAgent()
    const status = join(here.runtimeDirectory, 'status.json')
    await here.collector.until('the second reports', () => here.collector.reports.length > before)
    await until('it says so', () => readFileSync(status, 'utf8').includes('"standing":"reporting"'))
    // Now it cannot say so any more: by its status the second will not know of the first. It may be writing just then.
    await until('its status is in nobody’s way', () => {
      rmSync(status, { recursive: true, force: true })
      try {
        mkdirSync(join(status, 'in the way'), { recursive: true })
        return true
      } catch {
        return false
      }
    })
    const { code, stderr } = await here.host.command(['run', '--root', here.host.root, '--url', here.collector.url])

    expect(code).toBe(1)
    expect(stderr).toContain('another agent reports for this host already')
    expect((await here.report('--wait')).code).toBe(0)
  }, 40_000)

  it('that was asked to end leaves no socket', async () => {
    await here.startAgent()
    await here.host.kill('SIGTERM')

    expect((await here.report('--json', '--wait')).stdout).toContain('"by":"command"')
  })
})

describe('without an agent', () => {
  it('looks and reports by itself, as a new process of this server', async () => {
    here.host.setFlag('libc6')
    const { code, stdout } = await here.report('--wait', '--reason', 'deploy', '--json')
    const again = await here.report('--wait', '--reason', 'again')

    expect([code, again.code]).toEqual([0, 0])
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'acknowledged', by: 'command' })
    expect(here.collector.value('sentinel')).toMatchObject({ present: true, packages: ['libc6'] })
    expect(new Set(here.collector.reports.map(({ instance }) => instance)).size).toBe(2)
    expect(here.collector.reports.filter(bringsEverything)).toHaveLength(2)
    expect(new Set(here.collector.reports.map(({ reason }) => reason))).toEqual(new Set([undefined, 'deploy', 'again']))
  })

  it('several at once are never two processes at one time, and each is answered', async () => {
    const ended = await Promise.all([1, 2, 3].map(() => here.report('--wait', '--json')))
    const instances = here.collector.reports.map(({ instance }) => instance)

    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0])
    // One that was superseded never reports again.
    expect(instances.filter((instance, at) => instance !== instances[at - 1])).toHaveLength(new Set(instances).size)
  })

  it('an agent that starts meanwhile waits for its end', async () => {
    here.collector.manners = 'hang'
    const alone = here.report('--wait=2s', '--json')
    await here.collector.until('the command reports', () => here.collector.reports.length > 0)
    // What came is never answered, what will come is.
    here.collector.manners = 'good'
    here.host.run('--url', here.collector.url)
    const { code } = await alone
    await here.collector.until('the agent reports', () => here.collector.knowsEverything)
    const instances = here.collector.reports.map(({ instance }) => instance)

    expect(code).toBe(5)
    expect(instances.filter((instance, at) => instance !== instances[at - 1])).toHaveLength(2)
  }, 40_000)

  it.each([
    ['is not enrolled', () => rmSync(join(here.host.directory, 'state'), { recursive: true }), 4, 'is not enrolled'],
    ['has a damaged credential', () => here.host.giveCredential('x y'), 4, 'holds no server credential'],
  ])('ends where the host %s', async (_, spoil, code, words) => {
    spoil()

    expect(await here.report('--wait')).toMatchObject({ code, stderr: expect.stringContaining(words) as string })
    expect(await here.report('--wait', '--soft')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(words) as string,
    })
  })
})

function askAtSocket(path: string, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = ''
    const socket = connect(path, () => socket.write(question))
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()))
    socket.on('error', reject)
    socket.on('close', () => resolve(heard))
  })
}

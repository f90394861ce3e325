// A deploy as its operator sees it: resident agents as they ship poll a real collector, and the command line asks them.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { COMES_BACK_MS_MAX } from '../../collector/refresh/expectation.ts'
import type { RefreshAnswer } from '../../collector/views/refresh-view.ts'
import { paths } from '../../shared/protocol/paths.ts'
import { AgentHost, buildAgentBundle } from '../support/agent-bundle.ts'
import { buildOverdueBundle, OverdueProgram } from '../support/overdue-program.ts'
import { TestCollector } from '../support/test-collector.ts'
import { until } from '../support/until.ts'

const DEADLINE_MS = 60_000

let bundle: string
beforeAll(async () => {
  bundle = await buildAgentBundle()
  await buildOverdueBundle()
})

class Deployed {
  readonly collector = new TestCollector()
  readonly hosts = new Map<string, AgentHost>()
  overdue = new OverdueProgram()
  readonly #token = this.collector.createToken('operator')
  #url = ''

  async start(...names: readonly string[]): Promise<void> {
    onTestFinished(() => this.collector.close())
    this.#url = await this.collector.listen()
    this.overdue = OverdueProgram.asking(this.#url, this.#token)
    for (const name of names) await this.#add(name)
    await until('all hold a poll', () => this.collector.ctx.polls.size === names.length, DEADLINE_MS)
  }

  host(name: string): AgentHost {
    const host = this.hosts.get(name)
    if (host === undefined) throw new Error(`there is no ${name}`)
    return host
  }

  async refresh(...args: readonly string[]): Promise<{ code: number | null; answer: RefreshAnswer; stderr: string }> {
    const { code, stdout, stderr } = await this.overdue.run(['refresh', 'app:shop', '--json', ...args])
    return { code, answer: JSON.parse(stdout) as RefreshAnswer, stderr }
  }

  /** What a deploy hook asks with curl. */
  async hook(): Promise<RefreshAnswer> {
    const body = { query: 'app:shop', wait: '60s' }
    return (await this.collector.post(paths.refresh(), this.#token, body)).json<RefreshAnswer>()
  }

  /** Lines of the servers' history. */
  get events(): number {
    return this.collector.ctx.store.history({ limit: 100 }).length
  }

  async #add(name: string): Promise<void> {
    const host = new AgentHost(bundle, ['--url', this.#url, '--name', name])
    const key = join(host.directory, 'join-key')
    writeFileSync(key, this.collector.createJoinKey({ application: 'shop' }))
    const enrolled = await host.command(['enroll', '--join-key-file', key])
    if (enrolled.code !== 0) throw new Error(enrolled.stderr)
    this.hosts.set(name, host)
    host.run()
  }
}

describe('an application that is deployed', () => {
  it(
    'tells what is true on its hosts now, of whom it is not known, and when one is back',
    { timeout: 180_000 },
    async () => {
      const fleet = new Deployed()
      await fleet.start('web-1', 'web-2')
      const before = fleet.events

      const quiet = await fleet.refresh('--wait=60s')
      expect(quiet.code).toBe(0)
      expect(quiet.answer).toMatchObject({ total: 2, answered: 2 })
      expect(fleet.events).toBe(before)

      fleet.host('web-1').setFlag()
      const flagged = await fleet.refresh('--wait=60s')
      expect(flagged.code).toBe(0)
      expect(flagged.answer.items[0]?.server).toMatchObject({ name: 'web-1', state: 'restart-required' })

      const hooks = await Promise.all(Array.from({ length: 50 }, () => fleet.hook()))
      expect(hooks.map(({ answered }) => answered)).toEqual(hooks.map(() => 2))

      await until('both hold a poll', () => fleet.collector.ctx.polls.size === 2, DEADLINE_MS)
      await fleet.host('web-2').kill()
      await until('its poll is gone', () => fleet.collector.ctx.polls.size === 1, DEADLINE_MS)
      fleet.collector.clock.step(COMES_BACK_MS_MAX)
      const without = await fleet.refresh('--wait=40s')
      expect(without.code).toBe(7)
      expect(without.answer.items).toMatchObject([
        { name: 'web-1', outcome: 'answered' },
        { name: 'web-2', outcome: 'not-connected', server: null },
      ])
      expect(without.stderr).toContain('web-2: not-connected.')

      const waiting = fleet.overdue.start(['wait', 'web-2', '--for', 'restarted'])
      await until('it waits', () => waiting.output.stderr.includes('Waiting'), DEADLINE_MS)
      fleet.host('web-2').boot('boot-2')
      fleet.host('web-2').run()
      expect(await waiting.ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^web-2: /) as string })
    },
  )
})

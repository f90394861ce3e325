import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Io } from '../../../collector/commands/command.ts'
import { runCommandLine } from '../../../collector/commands/run-command-line.ts'
import { demoServer } from '../../../collector/demo/demo-server.ts'
import { openSqliteStore } from '../../../collector/store/sqlite-store.ts'
import { systemClock } from '../../../shared/clock.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { TestCollector } from '../../support/test-collector.ts'

const DAY = 86_400_000

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'overdue-operations-'))
  writeFileSync(join(folder, 'none.toml'), '')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

type Told = { out: string; err: string }

function ioOf(told: Told, stopped: Promise<number> = new Promise(() => {})): Io {
  return {
    environment: { OVERDUE_CONFIG: join(folder, 'none.toml'), XDG_STATE_HOME: folder },
    out: (text: string) => void (told.out += `${text}\n`),
    tell: (text: string) => void (told.err += `${text}\n`),
    stopped,
  }
}

async function run(...args: string[]): Promise<Told & { code: number }> {
  const told = { out: '', err: '' }
  return { code: await runCommandLine(args, ioOf(told)), ...told }
}

describe('judge', () => {
  let collector: TestCollector
  beforeEach(async () => {
    collector = new TestCollector({ config: { dataDir: join(folder, 'data') } })
    const server = await collector.enroll('web-1')
    server.report.raiseFlag(['libc6'])
    await collector.post(paths.report(), server.credential, server.report.whole())
  })
  afterEach(() => collector.close())
  const judge = (...args: string[]) => run('judge', ...args, '--data-dir', join(folder, 'data'))

  it('shows every rule with what it saw, in text', async () => {
    const at = new Date(collector.clock.now()).toISOString()

    const { code, out } = await judge('web-1', '--at', at)

    expect(code).toBe(0)
    expect(out).toMatch(/state +restart-required, since 2026-11-22/)
    expect(out).toMatch(/reboot-flag +decides +required/)
    expect(out).toMatch(/policy default: 14 days exposed, 30 otherwise/)
  })

  it('says what it would say later, and writes nothing', async () => {
    const change = collector.ctx.store.lastChangeId()
    const later = new Date(collector.clock.now() + 40 * DAY).toISOString()

    const { out } = await judge('web-1', '--at', later, '--json')

    expect(JSON.parse(out)).toMatchObject({
      name: 'web-1',
      state: 'restart-required',
      reporting: 'silent',
      reasons: ['stale', 'silent'],
      policy: { preset: 'default' },
    })
    expect(collector.ctx.store.lastChangeId()).toBe(change)
  })

  it('names the servers that share a name', async () => {
    const other = await collector.enroll('web-1')

    const { code, err } = await judge('web-1')

    expect(code).toBe(1)
    expect(err).toContain(other.id)
  })

  it.each([
    [[], 2, /a server comes first/],
    [['web-1', '--at', 'tomorrow'], 2, /--at tomorrow/],
    [['web-1', '--at', '2026-12-24'], 2, /--at 2026-12-24/],
    [['web-1', '--nope'], 2, /--nope/],
    [['nobody'], 1, /No server has the id or the exact name "nobody"/],
  ])('says what is wrong with %j', async (args, code, text) => {
    const answer = await judge(...args)

    expect(answer.code).toBe(code)
    expect(answer.err).toMatch(text)
  })
})

describe('demo', () => {
  it('fills a folder of its own, marked for good, and does so again', async () => {
    for (const count of ['30', '20']) {
      const { code, out } = await run('demo', '--servers', count, '--seed-only', '--json')
      expect(code).toBe(0)
      expect(JSON.parse(out)).toMatchObject({
        demo: true,
        servers: Number(count),
        token: expect.stringMatching(/^ovdt_/),
      })
    }
    const collector = new TestCollector({ config: { dataDir: join(folder, 'overdue', 'demo') } })
    const token = collector.createToken('reader')

    const summary = (await collector.get(paths.summary(), token)).json<{ demo: boolean; sentence: string }>()
    expect(summary).toMatchObject({ total: 20, demo: true, sentence: expect.stringMatching(/^Demo data\. /) })
    expect((await collector.get(paths.loginPage(), null)).body).toContain('these servers are invented')
    expect((await collector.get(paths.history(), token)).json<{ items: object[] }>().items.length).toBeGreaterThan(20)
    await collector.close()
  })

  it('never touches a folder with real servers', async () => {
    const directory = join(folder, 'real')
    openSqliteStore({ directory, clock: systemClock }).close()

    const { code, err } = await run('demo', '--seed-only', '--data-dir', directory)

    expect(code).toBe(1)
    expect(err).toMatch(/holds real servers/)
  })

  it('serves until it is asked to stop', async () => {
    const told = { out: '', err: '' }
    let stop: (code: number) => void = () => {}
    const io = ioOf(told, new Promise((resolve) => (stop = resolve)))
    const done = runCommandLine(['demo', '--servers', '5', '--listen', '127.0.0.1:0', '--json'], {
      ...io,
      out: (text) => {
        told.out += text
        stop(0)
      },
    })

    expect(await done).toBe(0)
    expect(JSON.parse(told.out)).toMatchObject({ url: expect.stringMatching(/^http:\/\/127/), demo: true })
  })

  it.each([['0'], ['many'], ['999999']])('refuses --servers %s', async (count) => {
    const { code, err } = await run('demo', '--servers', count)

    expect([code, err]).toEqual([2, expect.stringContaining(`--servers ${count}`)])
  })

  it('invents the same server for the same number', () => {
    const identity = { id: 's', credentialHash: 'h' }

    expect(demoServer(7, 1e12, identity)).toEqual(demoServer(7, 1e12, identity))
    const states = new Set(Array.from({ length: 400 }, (_, i) => demoServer(i, 1e12, identity).record.verdict.state))
    expect([...states].toSorted()).toEqual(['ok', 'restart-required', 'unknown'])
  })
})

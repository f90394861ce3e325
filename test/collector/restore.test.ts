// The restore drill: a backup taken under load comes back, and the agents' own exchange makes it true again.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCommandLine } from '../../collector/commands/run-command-line.ts'
import { readChain } from '../../collector/store/audit-chain.ts'
import { backupStore } from '../../collector/store/sqlite-backup.ts'
import { paths } from '../../shared/protocol/paths.ts'
import { TestCollector, type TestServer } from '../support/test-collector.ts'

let folder: string
let collectors: TestCollector[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'overdue-restore-'))
  collectors = []
})
afterEach(async () => {
  for (const collector of collectors) await collector.close()
  rmSync(folder, { recursive: true, force: true })
})

const data = () => join(folder, 'data')
const backupFile = () => join(folder, 'backup.db')

function start(dataDir = data()): TestCollector {
  const collector = new TestCollector({ config: { dataDir } })
  collectors.push(collector)
  return collector
}

async function stop(collector: TestCollector): Promise<void> {
  collectors = collectors.filter((one) => one !== collector)
  await collector.close()
}

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const texts = { out: '', err: '' }
  const io = {
    environment: { OVERDUE_CONFIG: join(folder, 'none.toml') },
    out: (text: string) => void (texts.out += `${text}\n`),
    tell: (text: string) => void (texts.err += `${text}\n`),
    stopped: new Promise<number>(() => {}),
  }
  writeFileSync(join(folder, 'none.toml'), '')
  return { code: await runCommandLine(args, io), ...texts }
}

const restore = (...flags: string[]) => run('restore', backupFile(), '--data-dir', data(), ...flags)
const backup = (...flags: string[]) => run('backup', backupFile(), '--data-dir', data(), ...flags)

const report = (collector: TestCollector, { credential, report: body }: TestServer) =>
  collector.post(paths.report(), credential, body.whole())

/** One heartbeat, and what the collector asks for in its answer. */
async function beat(collector: TestCollector, server: TestServer): Promise<number> {
  const answer = await collector.post(paths.report(), server.credential, server.report.heartbeat())
  if (answer.statusCode !== 200) return answer.statusCode
  return answer.json<{ want: string[] }>().want.length === 0 ? 200 : (await report(collector, server)).statusCode
}

/** The program itself, as a job of the night would run it. */
async function backupBeside(): Promise<void> {
  const command = ['collector/main.ts', 'backup', backupFile(), '--data-dir', data()]
  await promisify(execFile)(process.execPath, command)
}

/** Every server reports something new, again and again, until `work` is done. Resolves with the number of reports. */
async function underLoad(
  collector: TestCollector,
  servers: readonly TestServer[],
  work: Promise<void>,
): Promise<number> {
  const state = { isDone: false }
  const done = work.finally(() => (state.isDone = true))
  let accepted = 0
  for (let round = 0; !state.isDone; round++) {
    for (const { report: host } of servers) host.raiseFlag([`package-${round}`])
    const answers = await Promise.all(servers.map((server) => report(collector, server)))
    accepted += answers.filter(({ statusCode }) => statusCode === 200).length
  }
  await done
  return accepted
}

describe('backup and restore', () => {
  it(
    'bring back a fleet that is true again after one heartbeat, and nothing that was revoked',
    { timeout: 120_000 },
    async () => {
      const first = start()
      const servers: TestServer[] = []
      const joinKey = first.createJoinKey({ id: 'key' })
      const names = Array.from({ length: 40 }, (_, i) => `server-${i}`)
      servers.push(...(await Promise.all(names.map((name) => first.enroll(name, joinKey)))))
      await Promise.all(servers.map((server) => report(first, server)))
      const [kept, revoked] = [
        first.createToken('reader', { id: 'kept' }),
        first.createToken('admin', { id: 'revoked' }),
      ]

      expect(await underLoad(first, servers, backupBeside())).toBeGreaterThan(0)

      // After the backup: flags go and come, a server is removed, a token revoked, a server enrols.
      await Promise.all(
        servers.map((server, i) => {
          if (i % 2 === 0) server.report.clearFlag()
          else server.report.raiseFlag(['libssl3'])
          return report(first, server)
        }),
      )
      const admin = first.createToken('admin')
      const [gone] = servers as [TestServer]
      const bearer = { authorization: `Bearer ${admin}` }
      await first.app.inject({ method: 'DELETE', url: paths.server(gone.id), headers: bearer })
      await first.app.inject({ method: 'DELETE', url: paths.token('revoked'), headers: bearer })
      const late = await first.enroll('late')
      const truth = statesOf(first)
      const epoch = first.ctx.store.epoch
      await stop(first)

      const answer = await restore('--json')
      expect(answer.code).toBe(0)
      expect(JSON.parse(answer.out)).toMatchObject({
        servers: 40,
        serversRemoved: 1,
        tokensRevoked: 1,
        joinKeysDisabled: 1,
        enrolledSince: 1,
      })

      const second = start()
      expect(second.ctx.store.epoch).not.toBe(epoch)
      const statuses = await Promise.all(servers.map((server) => beat(second, server)))
      expect(statuses).toEqual([410, ...Array.from({ length: 39 }, () => 200)])
      expect(statesOf(second)).toEqual(truth.filter(([id]) => id !== late.id))
      expect((await second.get(paths.summary(), kept)).statusCode).toBe(200)
      expect((await second.get(paths.summary(), revoked)).statusCode).toBe(401)
      await expect(second.enroll('new', joinKey)).rejects.toThrow(/401/)
      expect(await beat(second, late)).toBe(401)
      const audit = second.ctx.store.audit(1_000)
      expect(audit[0]?.action).toBe('store.restore')
      expect(audit.filter(({ action }) => action === 'token.revoke')).toHaveLength(1)
      expect(readChain(readFileSync(join(data(), 'audit.log'), 'utf8')).records).toHaveLength(audit.length)
    },
  )

  it('are refused while a collector serves', async () => {
    const collector = start()
    await backup()

    const answer = await restore()

    expect(answer.code).toBe(1)
    expect(answer.err).toMatch(/Another collector process serves/)
    expect(existsSync(join(data(), 'restoring'))).toBe(false)
    expect((await collector.get(paths.ready(), null)).statusCode).toBe(200)
  })

  it('say which line of audit.log was touched, and change nothing', async () => {
    const collector = start()
    await backup()
    collector.createToken('reader')
    collector.createToken('reader')
    await stop(collector)
    const file = join(data(), 'audit.log')
    const lines = readFileSync(file, 'utf8').split('\n')
    writeFileSync(file, [lines[0], ...lines.slice(2)].join('\n'))
    const before = readFileSync(join(data(), 'overdue.db'))

    const answer = await restore()

    expect(answer.code).toBe(1)
    expect(answer.err).toMatch(/audit\.log cannot be trusted: line 2 does not follow/)
    expect(readFileSync(join(data(), 'overdue.db')).equals(before)).toBe(true)
    expect((await restore('--without-audit-log')).err).toMatch(/Without audit.log/)
  })

  it('refuse a backup of another collector', async () => {
    const [ours, other] = [start(), start(join(folder, 'other'))]
    other.createToken('reader', { id: 'theirs' })
    backupStore({ directory: join(folder, 'other'), file: backupFile(), force: false })
    ours.createToken('reader', { id: 'ours' })
    await stop(ours)

    const answer = await restore()

    expect(answer.code).toBe(1)
    expect(answer.err).toMatch(/one of them is of another collector/)
  })

  it('work on a new machine, with the audit.log that was copied there', async () => {
    const collector = start()
    collector.createToken('admin', { id: 'revoked' })
    await backup()
    const entry = { at: 2, actor: 'test', action: 'token.revoke', subject: 'revoked', detail: {} }
    collector.ctx.store.revokeToken('revoked', 2, entry)
    const moved = join(folder, 'audit-copy')
    copyFileSync(join(data(), 'audit.log'), moved)
    await stop(collector)
    rmSync(data(), { recursive: true })

    expect((await restore()).err).toMatch(/Without audit.log/)
    rmSync(data(), { recursive: true })
    start().ctx.store.close()
    collectors = []
    rmSync(data(), { recursive: true })
    expect((await run('backup', backupFile(), '--data-dir', data())).err).toMatch(/There is no database/)
    mkdirSync(data(), { mode: 0o700 })
    copyFileSync(moved, join(data(), 'audit.log'))
    expect((await restore()).err).toMatch(/Revoked again: 0 servers, 1 tokens/)
    expect(start().ctx.store.token('revoked')?.revokedAt).not.toBeNull()
  })
})

describe('backup', () => {
  it('is readable by its owner alone and overwrites nothing unless told to', async () => {
    start()

    expect((await backup()).code).toBe(0)
    expect(statSync(backupFile()).mode & 0o777).toBe(0o600)
    const again = await backup()
    expect([again.code, again.err]).toEqual([1, expect.stringMatching(/is there already.*--force/)])
    expect((await backup('--force', '--json')).code).toBe(0)
  })

  it.each([
    [[], 2, /Say which: FILE/],
    [['--data-dir', '/x'], 2, /Say which: FILE/],
    [['a', 'b'], 2, /./],
    [['a', '--nope'], 2, /--nope/],
  ])('says what is wrong with %j', async (args, code, text) => {
    const answer = await run('backup', ...args)

    expect(answer.code).toBe(code)
    expect(answer.err).toMatch(text)
  })

  it('that is damaged is not restored', async () => {
    const collector = start()
    await backup()
    await stop(collector)
    const bytes = readFileSync(backupFile())
    writeFileSync(backupFile(), bytes.subarray(0, bytes.length / 2))

    const answer = await restore()

    expect(answer.code).toBe(1)
    expect(answer.err).toMatch(/no backup that can be used/)
  })
})

function statesOf({ ctx }: TestCollector): [string, string][] {
  const all = ctx.projection.inOrder().map(({ id, verdict }): [string, string] => {
    return [id, `${verdict.state} ${verdict.packages?.join()}`]
  })
  return all.toSorted(([a], [b]) => (a < b ? -1 : 1))
}

// overdue-collector serve and what keeps it from starting, as its operator sees it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { paths } from '../../../shared/protocol/paths.ts'
import { runCollector, SpawnedCollector } from '../../support/spawned-collector.ts'

// A process takes a second to start, more beside other tests.
vi.setConfig({ testTimeout: 60_000 })
afterAll(() => vi.resetConfig())

let directory: string
let data: string[]
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'overdue-cli-'))
  data = ['--data-dir', join(directory, 'data')]
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

const json = async (...args: string[]) => {
  const { stdout, stderr, code } = await runCollector([...args, ...data, '--json'])
  if (code !== 0) throw new Error(`exit ${code}: ${stderr}`)
  return JSON.parse(stdout) as Record<string, unknown> & { items: Record<string, unknown>[] }
}

describe('a start that cannot be', () => {
  const serve = (...args: string[]) => runCollector(['serve', '--listen', '127.0.0.1:0', ...data, ...args])

  it('names an unknown key and the fix, and repeats nothing of what it holds', async () => {
    const file = join(directory, 'collector.toml')
    writeFileSync(file, 'listne = "127.0.0.1:1"\n')

    const { code, stderr } = await serve('--config', file)

    expect(code).toBe(2)
    expect(stderr).toMatch(/listne: .*known are listen/)
    expect(stderr).not.toContain('127.0.0.1:1')
  })

  it('names a configuration file that is not there', async () => {
    const { code, stderr } = await serve('--config', join(directory, 'missing.toml'))

    expect(code).toBe(1)
    expect(stderr).toContain('missing.toml')
  })

  it('names a port that is taken', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo

    const { code, stderr } = await serve('--listen', `127.0.0.1:${port}`)

    expect(code).toBe(1)
    expect(stderr).toMatch(new RegExp(`listen = "127\\.0\\.0\\.1:${port}": another process listens there`))
    other.close()
  })

  it('names an address that this machine does not have', async () => {
    const { code, stderr } = await serve('--listen', '192.0.2.1:8480', '--allow-plain-http')

    expect(code).toBe(1)
    expect(stderr).toContain('192.0.2.1:8480')
  })

  it('names a data folder that is a file', async () => {
    writeFileSync(join(directory, 'data'), 'no folder')

    const { code, stderr } = await serve()

    expect(code).toBe(1)
    expect(stderr).toContain(join(directory, 'data'))
  })

  it('names a data folder of a newer version', async () => {
    await json('token', 'create')
    const database = new DatabaseSync(join(directory, 'data', 'overdue.db'))
    database.exec('PRAGMA user_version = 9999')
    database.close()

    const { code, stderr } = await serve()

    expect(code).toBe(1)
    expect(stderr).toContain('9999')
  })

  it('names a data folder that another collector serves', async () => {
    const first = await SpawnedCollector.start(directory)

    const { code, stderr } = await serve()

    expect(code).toBe(1)
    expect(stderr).toContain(join(directory, 'data'))
    await first.end('SIGTERM')
  })

  it('names a ready file that cannot be written', async () => {
    const { code, stderr } = await serve('--ready-file', join(directory, 'nowhere', 'ready.json'))

    expect(code).toBe(1)
    expect(stderr).toContain('nowhere/ready.json')
  })
})

describe('serve', () => {
  it('lets the command line work beside it', async () => {
    const collector = await SpawnedCollector.start(directory)
    const status = async (token: unknown) =>
      (await fetch(`${collector.url}${paths.summary()}`, { headers: { authorization: `Bearer ${String(token)}` } }))
        .status

    const made = await json('token', 'create')
    const before = await status(made['token'])
    await json('token', 'revoke', String(made['id']))
    const after = await status(made['token'])

    expect([before, after]).toEqual([200, 401])
    expect(await collector.end('SIGTERM')).toMatchObject({ code: 0, signal: null, stdout: '' })
  })

  it.each([
    ['SIGTERM', 0],
    ['SIGINT', 130],
  ] as const)('ends on %s with exit code %i, also while somebody listens to its events', async (signal, code) => {
    const collector = await SpawnedCollector.start(directory)
    const { token } = await json('token', 'create')
    const headers = { authorization: `Bearer ${String(token)}` }
    const stream = await fetch(`${collector.url}${paths.events()}`, { headers })

    expect(await collector.end(signal)).toMatchObject({ code, signal: null })
    await stream.text()
  })

  it('takes its settings from the environment', async () => {
    const { stderr } = await runCollector(['check-config', '--json'], { OVERDUE_LISTEN: '0.0.0.0:1' })

    expect(stderr).toContain('0.0.0.0:1')
  })
})

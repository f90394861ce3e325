// The command line as people and scripts meet it: what it prints, where, and its exit codes.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { X509Certificate } from 'node:crypto'
import { createServer, type AddressInfo } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parse } from 'smol-toml'
import { pinOf } from '../../../agent/delivery/pins.ts'
import { runCommandLine } from '../../../collector/commands/run-command-line.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { parseSecret } from '../../../shared/secret.ts'
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY } from '../../support/loopback-certificate.ts'
import { runCollector, SpawnedCollector } from '../../support/spawned-collector.ts'

// A process takes a second to start, more beside other tests.
vi.setConfig({ testTimeout: 60_000 })

let directory: string
let data: string[]
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'overdue-cli-'))
  data = ['--data-dir', join(directory, 'data')]
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** The same words without a process of their own, for the many ways to get them wrong. */
async function runInProcess(args: readonly string[]) {
  const output = { stdout: '', stderr: '' }
  const code = await runCommandLine(args, {
    environment: {},
    out: (text) => void (output.stdout += `${text}\n`),
    tell: (text) => void (output.stderr += `${text}\n`),
    stopped: new Promise(() => {}),
  })
  return { code, ...output }
}

const json = async (...args: string[]) => {
  const { stdout, stderr, code } = await runCollector([...args, ...data, '--json'])
  if (code !== 0) throw new Error(`exit ${code}: ${stderr}`)
  return JSON.parse(stdout) as Record<string, unknown> & { items: Record<string, unknown>[] }
}

describe('a command that is not there', () => {
  it.each([
    [['tokn'], 'Did you mean "token"?'],
    [['token', 'creat'], 'Did you mean "token create"?'],
    [['token'], 'create|list|revoke'],
    [['quux'], 'overdue-collector help'],
    [['help', 'srve'], 'Did you mean "serve"?'],
    [['serve', '--lisen', 'x'], '--lisen'],
    [['serve', 'now'], 'now'],
    [['token', 'create', '--role', 'king'], 'reader, operator, admin'],
    [['token', 'create', '--ttl', '1y'], '--ttl 1y'],
    [['token', 'revoke'], 'the id of a token'],
    [['join-key', 'create', '--uses', '0'], '--uses 0'],
    [['join-key', 'create', '--cidr', '10.0.0.0/33'], '--cidr 10.0.0.0/33'],
    [['join-key', 'create', '--approve', 'maybe'], '--approve maybe'],
    [['join-key', 'create', '--bundle', '/tmp/x'], '--url'],
    [['constructor'], 'is not a command'],
    [[], 'Examples'],
  ])('%j is refused with exit code 2 and the way on', async (args, hint) => {
    const { code, stdout, stderr } = await runInProcess(args)

    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(hint)
  })
})

describe('help', () => {
  it.each(['serve', 'check-config', 'join-key', 'token', 'version'])('of %s begins with examples', async (command) => {
    const [byWord, byFlag] = [await runInProcess(['help', command]), await runInProcess([command, '--help'])]

    expect(byWord).toEqual(byFlag)
    expect(byWord).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^Examples\n/) })
  })

  it('lists every command', async () => {
    const { stdout } = await runInProcess(['--help'])

    for (const name of ['serve', 'check-config', 'join-key', 'token', 'version', 'help']) expect(stdout).toContain(name)
  })
})

describe('token', () => {
  it('is made, listed without its secret, and revoked', async () => {
    const made = await json('token', 'create', '--role', 'operator', '--name', 'me', '--ttl', '30d')
    const listed = await json('token', 'list')
    await json('token', 'revoke', String(made['id']))
    const again = await json('token', 'list')

    expect(parseSecret(String(made['token']))).toMatchObject({ kind: 'ovdt', id: made['id'] })
    expect(listed.items).toMatchObject([{ id: made['id'], role: 'operator', name: 'me', state: 'valid' }])
    expect(JSON.stringify(listed)).not.toMatch(/secret|hash/i)
    expect(again.items).toMatchObject([{ state: 'revoked' }])
  })

  it('is all that create prints on standard output', async () => {
    const { stdout, stderr } = await runCollector(['token', 'create', ...data])

    expect(parseSecret(stdout.trim())?.kind).toBe('ovdt')
    expect(stderr).not.toContain(stdout.trim())
  })

  it('cannot be revoked when it is not there', async () => {
    const { code, stderr } = await runCollector(['token', 'revoke', 'nobody', ...data])

    expect(code).toBe(1)
    expect(stderr).toContain('nobody')
  })
})

describe('join-key', () => {
  it('is made with its limits, listed and revoked', async () => {
    const limits = ['--uses', '3', '--ttl', '1h', '--cidr', '10.0.0.0/8', '--cidr', '::1', '--application', 'shop']
    const made = await json('join-key', 'create', ...limits, '--approve', 'pending', '--ephemeral')
    await json('join-key', 'revoke', String(made['id']))

    expect(parseSecret(String(made['joinKey']))).toMatchObject({ kind: 'ovdj', id: made['id'] })
    expect((await json('join-key', 'list')).items).toMatchObject([
      {
        id: made['id'],
        state: 'revoked',
        uses: 0,
        usesMax: 3,
        cidrs: ['10.0.0.0/8', '::1'],
        application: 'shop',
        approve: 'pending',
        ephemeral: true,
      },
    ])
  })

  it('goes into a bundle that only its owner reads, and nowhere else', async () => {
    const file = join(directory, 'join-key.toml')
    const ca = join(directory, 'ca.pem')
    writeFileSync(ca, '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n')

    const where = ['--bundle', file, '--url', 'https://overdue.test', '--ca-file', ca]
    const { stdout, stderr } = await runCollector(['join-key', 'create', ...where, ...data])
    const bundle = parse(readFileSync(file, 'utf8')) as Record<string, string>

    expect(bundle).toEqual({
      url: 'https://overdue.test',
      key: expect.stringMatching(/^ovdj_/),
      ca: readFileSync(ca, 'utf8'),
    })
    expect(stdout + stderr).not.toContain(bundle['key'])
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('puts the pins of the keys in use and to come into the bundle', async () => {
    const file = join(directory, 'pinned.toml')
    const [certificate, publicKey] = [join(directory, 'in-use.pem'), join(directory, 'next.pem')]
    writeFileSync(certificate, LOOPBACK_CERTIFICATE)
    const next = new X509Certificate(LOOPBACK_CERTIFICATE).publicKey.export({ type: 'spki', format: 'pem' })
    writeFileSync(publicKey, next)
    const pinFiles = ['--pin-file', certificate, '--pin-file', publicKey]

    const create = ['join-key', 'create', '--bundle', file, '--url', 'https://overdue.test']
    const made = await runCollector([...create, ...pinFiles, ...data])

    expect(made.code).toBe(0)
    expect(parse(readFileSync(file, 'utf8'))['pins']).toEqual([
      pinOf(LOOPBACK_CERTIFICATE),
      pinOf(LOOPBACK_CERTIFICATE),
    ])
  })

  it('takes no pin from a private key, and names the file', async () => {
    const key = join(directory, 'private.pem')
    writeFileSync(key, LOOPBACK_KEY)
    const where = ['--bundle', join(directory, 'never.toml'), '--url', 'https://overdue.test', '--pin-file', key]

    const { code, stderr } = await runCollector(['join-key', 'create', ...where, ...data])

    expect(code).toBe(1)
    expect(stderr).toContain(`--pin-file ${key}`)
    expect(stderr).toContain('private key')
  })

  it('never overwrites another bundle', async () => {
    const file = join(directory, 'join-key.toml')
    writeFileSync(file, 'precious')

    const { code } = await runCollector([
      'join-key',
      'create',
      '--bundle',
      file,
      '--url',
      'http://127.0.0.1:1',
      ...data,
    ])

    expect(code).toBe(1)
    expect(readFileSync(file, 'utf8')).toBe('precious')
  })
})

describe('check-config', () => {
  it('says that settings can be used', async () => {
    const file = join(directory, 'collector.toml')
    writeFileSync(file, 'publicUrl = "https://overdue.test"\n[policy]\npreset = "relaxed"\n')

    const { code, stdout } = await runCollector(['check-config', '--config', file, '--json'])

    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ publicUrl: 'https://overdue.test', policy: { preset: 'relaxed' } })
  })

  it('takes the example that we ship', async () => {
    const { code, stderr } = await runCollector(['check-config', '--config', 'scripts/examples/collector.toml'])

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

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

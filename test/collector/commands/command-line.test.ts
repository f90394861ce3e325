// The command line as people and scripts meet it: what it prints, where, and its exit codes.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { X509Certificate } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parse } from 'smol-toml'
import { pinOf } from '../../../agent/delivery/pins.ts'
import { runCommandLine } from '../../../collector/commands/run-command-line.ts'
import { parseSecret } from '../../../shared/secret.ts'
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY } from '../../support/loopback-certificate.ts'
import { runCollector } from '../../support/spawned-collector.ts'

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

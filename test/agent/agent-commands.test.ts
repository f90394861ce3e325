import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hashSecret, parseSecret } from '../../shared/secret.ts'
import { AgentHost, buildAgentBundle } from '../support/agent-bundle.ts'
import { LOOPBACK_CERTIFICATE } from '../support/loopback-certificate.ts'
import { StandInCollector } from '../support/stand-in-collector.ts'
import { until } from '../support/until.ts'

const KEY = `ovdj_k1_${'j'.repeat(43)}`

let bundle: string
beforeAll(async () => {
  bundle = await buildAgentBundle()
})

let collector: StandInCollector
let host: AgentHost
beforeEach(async () => {
  collector = await new StandInCollector().start()
  host = new AgentHost(bundle, ['--backoff-max', '500ms'])
  return () => collector.stop()
})

function keyFile(text: string): string {
  const path = join(host.directory, 'join-key')
  writeFileSync(path, text)
  return path
}

const stateFile = (name: string): string => join(host.directory, 'state', name)
const outboxFile = (): string => join(host.directory, 'runtime', 'outbox.json')
const enroll = (...flags: string[]) => host.command(['enroll', '--root', host.root, '--url', collector.url, ...flags])

describe('enroll', () => {
  it('sends a hash, keeps the secret, and takes the join key off the host', async () => {
    const file = keyFile(`${KEY}\n`)
    const { code, stderr } = await enroll('--join-key-file', file)
    const credential = readFileSync(stateFile('credential'), 'utf8').trim()
    const [request] = collector.enrolments

    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `overdue-agent enroll: enrolled as ${collector.serverId} (active)\n`,
    })
    expect(request?.headers.authorization).toBe(`Bearer ${KEY}`)
    expect(request?.body).toMatchObject({ proto: 1, credentialHash: hashSecret(parseSecret(credential)?.secret ?? '') })
    expect(JSON.stringify(request?.body)).not.toContain(parseSecret(credential)?.secret)
    expect(statSync(stateFile('credential')).mode & 0o777).toBe(0o600)
    expect(existsSync(file)).toBe(false)
    expect(existsSync(stateFile('credential.pending'))).toBe(false)
  })

  it('offers the same hash again after an answer that was lost', async () => {
    collector.manners = 'reset'
    const lost = await enroll('--join-key-file', keyFile(KEY))
    collector.manners = 'good'
    const retried = await enroll('--join-key-file', keyFile(KEY))
    const hashes = collector.enrolments.map(({ body }) => body['credentialHash'])

    expect([lost.code, retried.code]).toEqual([5, 0])
    expect(hashes).toHaveLength(2)
    expect(hashes[0]).toBe(hashes[1])
  })

  it.each([
    [401, 'join-key-rejected', 4],
    [403, 'forbidden', 4],
    [422, 'invalid-body', 1],
    [429, 'too-many-requests', 5],
    [503, 'not-ready', 5],
  ])('answered %i %s ends with exit code %4$i and leaves the join key', async (status, kind, expected) => {
    collector.manners = () => ({ status, body: { kind, title: 'Not today' } })
    const file = keyFile(KEY)
    const { code, stderr } = await enroll('--join-key-file', file)

    expect(code).toBe(expected)
    expect(stderr).toContain(`the collector answered ${status}: Not today`)
    expect(existsSync(file)).toBe(true)
    expect(existsSync(stateFile('credential'))).toBe(false)
  })

  it('with --if-needed asks nobody when there is a credential, and clears up behind an earlier run', async () => {
    host.giveCredential()
    const file = keyFile(KEY)
    const { code } = await enroll('--join-key-file', file, '--if-needed')

    expect(code).toBe(0)
    expect(collector.enrolments).toEqual([])
    expect(existsSync(file)).toBe(false)
  })

  it('without it refuses to replace a credential', async () => {
    host.giveCredential()
    const { code, stderr } = await enroll('--join-key-file', keyFile(KEY))

    expect(code).toBe(1)
    expect(stderr).toContain('this host is enrolled as')
    expect(collector.enrolments).toEqual([])
  })

  it('never takes a damaged credential for none', async () => {
    mkdirSync(join(host.directory, 'state'))
    writeFileSync(stateFile('credential'), 'half a cred')
    const { code, stderr } = await enroll('--join-key-file', keyFile(KEY), '--if-needed')

    expect(code).toBe(4)
    expect(stderr).toContain('holds no server credential')
    expect(collector.enrolments).toEqual([])
  })

  it('reads the key from standard input, and prints JSON', async () => {
    const { code, stdout } = await host.command(
      ['enroll', '--root', host.root, '--url', collector.url, '--join-key-file', '-', '--json'],
      KEY,
    )

    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({ outcome: 'enrolled', serverId: collector.serverId, lifecycle: 'active' })
  })

  it('needs nothing but a bundle, and neither does the agent after it', async () => {
    const file = keyFile(`url = "${collector.url}"\nkey = "${KEY}"\n`)
    const { code } = await host.command(['enroll', '--root', host.root, '--join-key-file', file])
    host.run()

    expect(code).toBe(0)
    await collector.until('a first report', () => collector.reports.length > 0)
  })

  it('keeps the authority that a bundle brings', async () => {
    const ca = LOOPBACK_CERTIFICATE.trim()
    const file = keyFile(`url = "${collector.url}"\nkey = "${KEY}"\nca = """\n${ca}\n"""\n`)
    await host.command(['enroll', '--root', host.root, '--join-key-file', file, '--keep-join-key'])

    const enrolled = JSON.parse(readFileSync(stateFile('enrolled.json'), 'utf8'))
    expect(enrolled).toEqual({ url: collector.url, ca: `${ca}\n`, pins: [] })
    expect(existsSync(file)).toBe(true)
  })

  it.each([
    ['no key file', [], '--join-key-file FILE is needed'],
    ['a key file that is not there', ['--join-key-file', '/nowhere'], 'there is no such file'],
    ['an unknown flag', ['--join-key-fil', '-'], 'there is no --join-key-fil; did you mean --join-key-file?'],
    ['a flag for a value', ['--join-key-file', '--if-needed'], '--join-key-file needs a value'],
    ['a word too many', ['now'], '"now" is not expected here'],
  ])('refuses %s', async (_, flags, message) => {
    const { code, stderr } = await enroll(...flags)

    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })

  it.each([
    ['no key at all', 'hello', 'key = "(not shown)": write the line'],
    ['an API token', `ovdt_t1_${'t'.repeat(43)}`, 'key = "(not shown)": write the line'],
    ['a bundle without a key', 'url = "https://overdue.example"', 'write the key'],
    ['a bundle with a key we do not know', `key = "${KEY}"\npin = ["x"]`, 'pin = "...": there is no such key'],
    ['a bundle with a pin that is none', `key = "${KEY}"\npins = ["x"]`, 'pins = ["x"]: write at most 10 pins'],
    ['a bundle with an address that is none', `key = "${KEY}"\nurl = "here"`, 'url = "here": write the address'],
    ['a bundle with an authority that is none', `key = "${KEY}"\nca = "x"`, 'ca = "...": write PEM certificates'],
  ])('refuses a file with %s, and never prints the key', async (_, text, message) => {
    const { code, stderr } = await enroll('--join-key-file', keyFile(text))

    expect(code).toBe(2)
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('jjjj')
    expect(stderr).not.toContain('tttt')
  })

  it('does not send a join key over a network in clear text', async () => {
    const { code, stderr } = await host.command([
      'enroll',
      '--url',
      'http://overdue.example',
      '--join-key-file',
      keyFile(KEY),
    ])

    expect(code).toBe(2)
    expect(stderr).toContain('use https://')
  })
})

describe('run', () => {
  it('says how to enrol when the host is not', async () => {
    const { code, stderr } = await host.command(['run', '--url', collector.url])

    expect(code).toBe(4)
    expect(stderr).toContain('overdue-agent enroll --join-key-file FILE')
  })

  it('says which setting is missing when no address is known', async () => {
    host.giveCredential()
    const { code, stderr } = await host.command(['run'])

    expect(code).toBe(2)
    expect(stderr).toContain('set url in agent.toml')
  })

  it('refuses to be a second agent of the same directories, which would look like a copied machine', async () => {
    host.giveCredential()
    host.run('--url', collector.url)
    await collector.until('a first report', () => collector.reports.length > 0)
    const { code, stderr } = await host.command(['run', '--root', host.root, '--url', collector.url])

    expect(code).toBe(1)
    expect(stderr).toContain('runs already as process')
  })
})

describe('status', () => {
  it('says so when nothing is known yet', async () => {
    const { code, stdout } = await host.command(['status', '--json'])

    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      serverId: null,
      resident: null,
      delivery: null,
      lookedAt: null,
      judgement: null,
      problems: [],
    })
  })

  it('judges the newest snapshot and says what the collector acknowledged', async () => {
    host.giveCredential()
    host.setFlag('libc6')
    host.run('--url', collector.url)
    await until('acknowledged', async () => (await host.command(['status'])).stdout.includes('last taken'))
    const json = JSON.parse((await host.command(['status', '--json'])).stdout) as Record<string, unknown>
    const { stdout } = await host.command(['status'])

    expect(json).toMatchObject({
      serverId: `s${'a'.repeat(26)}`,
      resident: { url: collector.url },
      delivery: { standing: 'reporting', problem: null },
      judgement: { state: 'restart-required', packages: ['libc6'] },
      problems: [],
    })
    expect(stdout).toMatch(/^Restart required/)
    expect(stdout).toContain('up to date')
  })

  it('knows the last snapshot when no agent runs any more', async () => {
    host.giveCredential()
    host.run('--url', collector.url)
    await collector.until('a first report', () => collector.reports.length > 0)
    await until('kept', () => existsSync(outboxFile()))
    await host.kill()
    const document = JSON.parse((await host.command(['status', '--json'])).stdout) as Record<string, unknown>

    expect(document).toMatchObject({
      resident: null,
      delivery: null,
      judgement: { state: expect.any(String) as string },
    })
  })

  it('names what it could not read instead of calling it nothing', async () => {
    mkdirSync(join(host.directory, 'runtime'))
    writeFileSync(outboxFile(), '{')
    const { code, stdout } = await host.command(['status'])

    expect(code).toBe(0)
    expect(stdout).toContain('not read    outbox:')
  })
})

describe('the command line', () => {
  it('begins its help with examples', async () => {
    const { code, stdout } = await host.command(['help'])

    expect(code).toBe(0)
    expect(stdout).toMatch(/^overdue-agent enroll --join-key-file/)
  })

  it.each(['run', 'status', 'snapshot', 'report', 'enroll', 'version', 'help'])(
    'explains %s with --help',
    async (name) => {
      const { code, stdout } = await host.command(['help', name])

      expect(code).toBe(0)
      expect(stdout).toMatch(new RegExp(`^overdue-agent ${name}`))
    },
  )

  it('explains a command of two words', async () => {
    expect((await host.command(['help', 'scan', 'inventory'])).stdout).toMatch(/^overdue-agent scan inventory/)
  })

  it.each([
    [['statsu'], 'did you mean "status"?'],
    [['scan', 'inventroy'], 'did you mean "scan inventory"?'],
    [['dance'], 'there is no command "dance"'],
  ])('%j is a usage error that says more', async (argv, message) => {
    const { code, stderr } = await host.command(argv)

    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })

  it('prints the version of package.json', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    const { stdout } = await host.command(['version', '--json'])

    expect(JSON.parse(stdout)).toEqual({ version, runtime: process.version })
  })
})

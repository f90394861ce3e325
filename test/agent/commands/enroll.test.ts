// `overdue-agent enroll`: from a join key to a credential that only the host knows.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hashSecret, parseSecret } from '../../../shared/secret.ts'
import { agentBesideCollector } from '../../support/agent-beside.ts'
import { LOOPBACK_CERTIFICATE } from '../../support/loopback-certificate.ts'

const KEY = `ovdj_k1_${'j'.repeat(43)}`

const here = agentBesideCollector()

function keyFile(text: string): string {
  const path = join(here.host.directory, 'join-key')
  writeFileSync(path, text)
  return path
}

const stateFile = (name: string): string => join(here.host.directory, 'state', name)
const enroll = (...flags: string[]) =>
  here.host.command(['enroll', '--root', here.host.root, '--url', here.collector.url, ...flags])

describe('enroll', () => {
  it('sends a hash, keeps the secret, and takes the join key off the host', async () => {
    const file = keyFile(`${KEY}\n`)
    const { code, stderr } = await enroll('--join-key-file', file)
    const credential = readFileSync(stateFile('credential'), 'utf8').trim()
    const [request] = here.collector.enrolments

    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `overdue-agent enroll: enrolled as ${here.collector.serverId} (active)\n`,
    })
    expect(request?.headers.authorization).toBe(`Bearer ${KEY}`)
    expect(request?.body).toMatchObject({ proto: 1, credentialHash: hashSecret(parseSecret(credential)?.secret ?? '') })
    expect(JSON.stringify(request?.body)).not.toContain(parseSecret(credential)?.secret)
    expect(statSync(stateFile('credential')).mode & 0o777).toBe(0o600)
    expect(existsSync(file)).toBe(false)
    expect(existsSync(stateFile('credential.pending'))).toBe(false)
  })

  it('offers the same hash again after an answer that was lost', async () => {
    here.collector.manners = 'reset'
    const lost = await enroll('--join-key-file', keyFile(KEY))
    here.collector.manners = 'good'
    const retried = await enroll('--join-key-file', keyFile(KEY))
    const hashes = here.collector.enrolments.map(({ body }) => body['credentialHash'])

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
    here.collector.manners = () => ({ status, body: { kind, title: 'Not today' } })
    const file = keyFile(KEY)
    const { code, stderr } = await enroll('--join-key-file', file)

    expect(code).toBe(expected)
    expect(stderr).toContain(`the collector answered ${status}: Not today`)
    expect(existsSync(file)).toBe(true)
    expect(existsSync(stateFile('credential'))).toBe(false)
  })

  it('with --if-needed asks nobody when there is a credential, and clears up behind an earlier run', async () => {
    here.host.giveCredential()
    const file = keyFile(KEY)
    const { code } = await enroll('--join-key-file', file, '--if-needed')

    expect(code).toBe(0)
    expect(here.collector.enrolments).toEqual([])
    expect(existsSync(file)).toBe(false)
  })

  it('without it refuses to replace a credential', async () => {
    here.host.giveCredential()
    const { code, stderr } = await enroll('--join-key-file', keyFile(KEY))

    expect(code).toBe(1)
    expect(stderr).toContain('this host is enrolled as')
    expect(here.collector.enrolments).toEqual([])
  })

  it('never takes a damaged credential for none', async () => {
    mkdirSync(join(here.host.directory, 'state'))
    writeFileSync(stateFile('credential'), 'half a cred')
    const { code, stderr } = await enroll('--join-key-file', keyFile(KEY), '--if-needed')

    expect(code).toBe(4)
    expect(stderr).toContain('holds no server credential')
    expect(here.collector.enrolments).toEqual([])
  })

  it('reads the key from standard input, and prints JSON', async () => {
    const { code, stdout } = await here.host.command(
      ['enroll', '--root', here.host.root, '--url', here.collector.url, '--join-key-file', '-', '--json'],
      KEY,
    )

    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({ outcome: 'enrolled', serverId: here.collector.serverId, lifecycle: 'active' })
  })

  it('needs nothing but a bundle, and neither does the agent after it', async () => {
    const file = keyFile(`url = "${here.collector.url}"\nkey = "${KEY}"\n`)
    const { code } = await here.host.command(['enroll', '--root', here.host.root, '--join-key-file', file])
    here.host.run()

    expect(code).toBe(0)
    await here.collector.until('a first report', () => here.collector.reports.length > 0)
  })

  it('keeps the authority that a bundle brings', async () => {
    const ca = LOOPBACK_CERTIFICATE.trim()
    const file = keyFile(`url = "${here.collector.url}"\nkey = "${KEY}"\nca = """\n${ca}\n"""\n`)
    await here.host.command(['enroll', '--root', here.host.root, '--join-key-file', file, '--keep-join-key'])

    const enrolled = JSON.parse(readFileSync(stateFile('enrolled.json'), 'utf8'))
    expect(enrolled).toEqual({ url: here.collector.url, ca: `${ca}\n`, pins: [] })
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
    const { code, stderr } = await here.host.command([
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

// What a host says about itself to whoever stands before it, and to monitoring.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { trusting } from '../../../agent/enrolment/collector-target.ts'
import { checkResult, type Limits } from '../../../agent/commands/check.ts'
import { checkCollector } from '../../../agent/commands/doctor-collector.ts'
import type { Judgement } from '../../../agent/commands/snapshot-judgement.ts'
import { scanFirewall } from '../../../agent/commands/scan-firewall.ts'
import { createRecordedHost } from '../../../agent/host/recorded-host.ts'
import type { FirewallFacts } from '../../../shared/facts/firewall.ts'
import { pinOf } from '../../../agent/delivery/pins.ts'
import { parseProxy } from '../../../agent/delivery/proxy.ts'
import { AgentHost, buildAgentBundle } from '../../support/agent-bundle.ts'
import { ConnectProxy } from '../../support/connect-proxy.ts'
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY } from '../../support/loopback-certificate.ts'
import { TestCollector } from '../../support/test-collector.ts'

let bundle: string
beforeAll(async () => {
  bundle = await buildAgentBundle()
})

let host: AgentHost
beforeEach(() => {
  host = new AgentHost(bundle, [])
})

const DAY_MS = 86_400_000
const json = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>

describe('explain', () => {
  const explain = (...flags: string[]) => host.command(['explain', '--root', host.root, ...flags])

  it('names the signal that decided, with its raw value and source, and how "since" was found', async () => {
    host.setFlag('libssl3')
    const { code, stdout } = await explain()

    expect(code).toBe(0)
    expect(stdout).toMatch(/^Restart required/)
    expect(stdout).toMatch(
      /What decided\n {2}reboot-flag: required\n.*\n {4}value {3}.*libssl3.*\n {4}source {2}\/run\/reboot-required/,
    )
    expect(stdout).toMatch(/^Since \S+ \(.*\): it was there when the agent first looked/m)
  })

  it('says the same as one JSON document', async () => {
    host.setFlag('libssl3')
    const document = json((await explain('--json')).stdout)

    expect(document).toMatchObject({
      judgement: { state: 'restart-required', packages: ['libssl3'] },
      sinceHow: expect.stringContaining('first looked') as unknown,
    })
  })

  it('has nothing to say of "since" where nothing is pending, and tells what was not read', async () => {
    const document = json((await explain('--json')).stdout)

    expect(document).toMatchObject({ sinceHow: null, judgement: { since: null } })
    expect(document['notRead']).not.toEqual([])
  })

  it('lets nothing of a package name steer the terminal', async () => {
    host.setFlag('evil\u001b[2J\u202epkg')

    // oxlint-disable-next-line no-control-regex -- it is what this is about
    expect((await explain()).stdout).not.toMatch(/\u001b|\u202e/)
  })

  it('refuses flags it does not know', async () => {
    expect(await explain('--jsn')).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('explain --port', () => {
  const CASE = 'test/fixtures/exposure/07-source-restricted-accept'
  const explain = (...flags: string[]) => host.command(['explain', '--root', CASE, ...flags])

  it('prints the walk rule by rule, and who is through', async () => {
    const { code, stdout } = await explain('--port', 'tcp/5432')

    expect(code).toBe(0)
    expect(stdout).toMatch(/^tcp 5432 on 0\.0\.0\.0: filtered/)
    expect(stdout).toMatch(
      / {2}input: ip filter INPUT\n {4}accept +0 % \| ip filter INPUT: ip saddr 10\.0\.0\.0\/8 tcp dport 5432 accept/,
    )
    expect(stdout).toMatch(/ {4}policy drop for 100 %/)
  })

  it('says the same as one JSON document', async () => {
    const document = json((await explain('--port', '5432', '--json')).stdout)

    expect(document).toMatchObject({ port: 5432, from: 'walk', why: null, listeners: [{ port: 5432 }] })
    expect(document['walks']).toMatchObject([{ protocol: 'tcp', family: 4 }, {}])
  })

  it('says so where nothing listens', async () => {
    expect((await explain('--port', '9')).stdout).toMatch(/^Nothing listens on port 9, and no rule passes it on\./)
  })

  it('without the rules says why there is no walk', async () => {
    const { stdout } = await host.command(['explain', '--port', '9', '--root', host.root])

    expect(stdout).toMatch(/No walk is told: .*ss/)
  })

  it.each(['0', '65536', 'http', 'sctp/9', ''])('refuses the port "%s"', async (port) => {
    expect(await explain('--port', port)).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('check', () => {
  const check = (...flags: string[]) => host.command(['check', '--root', host.root, ...flags])

  it('is OK with performance data when nothing is pending', async () => {
    const { code, stdout } = await host.command(['check', '--root', 'test/fixtures/hosts/debian-12-clean'])

    expect(code).toBe(0)
    expect(stdout).toMatch(/^RESTART OK - [^|\n]+ \| 'pending_age'=0s;259200;1209600;0\n$/)
  })

  it('measures a pending restart against its limits', async () => {
    host.setFlag('libssl3')
    const { code, stdout } = await check('-w', '0s', '-c', '14d')

    expect(stdout).toMatch(/^RESTART (OK|WARNING) - Restart required .* \| 'pending_age'=\d+s;0;1209600;0\n$/)
    expect(code).toBe(stdout.startsWith('RESTART OK') ? 0 : 1)
  })

  it.each([
    [['-w', 'three days'], '-w three days'],
    [['-w', '5d', '-c', '3d'], '-w must not be longer than -c'],
    [['--critcal', '3d'], 'did you mean --critical'],
    [['--root', '/nowhere/at/all'], ''],
  ])('is UNKNOWN, never CRITICAL, when it cannot be run: %j', async (flags, why) => {
    const { code, stdout } = await host.command(['check', '--root', host.root, ...flags])

    expect(code).toBe(3)
    expect(stdout).toMatch(/^RESTART UNKNOWN - /)
    expect(stdout).toContain(why)
  })

  const limits: Limits = { warningMs: 3 * DAY_MS, criticalMs: 14 * DAY_MS }
  const now = Date.parse('2026-11-22T12:00:00Z')
  const judged = (state: Judgement['state'], ageMs: number | null) =>
    ({ state, since: ageMs === null ? null : new Date(now - ageMs).toISOString(), headline: 'Sentence.' }) as Judgement

  it.each([
    ['ok', null, 'OK'],
    ['deferrable', 40 * DAY_MS, 'OK'],
    ['restart-required', 3 * DAY_MS, 'OK'],
    ['restart-required', 3 * DAY_MS + 1, 'WARNING'],
    ['restart-required', 14 * DAY_MS, 'WARNING'],
    ['restart-required', 14 * DAY_MS + 1, 'CRITICAL'],
    ['restart-required', null, 'CRITICAL'],
    ['unknown', null, 'UNKNOWN'],
  ] as const)('calls %s, pending for %s ms, %s', (state, ageMs, status) => {
    expect(checkResult(judged(state, ageMs), limits, now, null).status).toBe(status)
  })
})

describe('doctor', () => {
  type Check = { name: string; result: string; says: string; fix: string | null }
  type Report = { result: string; checks: Check[] }

  async function examine(
    ...flags: string[]
  ): Promise<{ code: number | null; result: string; of: (name: string) => Check | undefined }> {
    const { code, stdout } = await host.command(['doctor', '--json', '--root', host.root, ...flags])
    const { result, checks } = JSON.parse(stdout) as Report
    return { code, result, of: (name) => checks.find((check) => check.name === name) }
  }

  async function listen(server: Server): Promise<number> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    return (server.address() as AddressInfo).port
  }

  const healthy = (date?: string): Server =>
    createServer((_request, response) => {
      if (date !== undefined) response.setHeader('date', date)
      response.end('{}')
    })

  describe('on exposure', () => {
    const CASE = 'test/fixtures/exposure/05-iptables-drop-policy-22-open-v6-has-no-rules'
    const leaveFacts = async (change: Partial<FirewallFacts> = {}) => {
      const facts = await scanFirewall(createRecordedHost({ directory: CASE, clock: 'recorded' }))
      const moment = { bootId: 'boot-1', readUptimeMs: 3_600_000 }
      mkdirSync(join(host.directory, 'facts'), { recursive: true })
      writeFileSync(join(host.directory, 'facts/firewall.json'), JSON.stringify({ ...facts, ...moment, ...change }))
    }

    it('says that no scan answered, and how to start one', async () => {
      const { of } = await examine()

      expect(of('firewall')).toMatchObject({ result: 'warn', fix: expect.stringContaining('scan firewall') as string })
    })

    it('counts what the scan found', async () => {
      await leaveFacts()

      expect((await examine()).of('firewall')).toMatchObject({
        result: 'ok',
        says: expect.stringMatching(/^scanned .* ago: \d+ exposed, \d+ unknown, \d+ filtered$/) as string,
      })
    })

    it('says what the scan could not read', async () => {
      await leaveFacts({ readable: false, reason: 'nft is not installed' })

      expect((await examine()).of('firewall')?.says).toContain('nft is not installed')
    })

    it('does not count facts of another boot', async () => {
      await leaveFacts({ bootId: 'boot-0' })

      expect((await examine()).of('firewall')?.says).toContain('another boot')
    })

    it('asks whether a public address leads here, until somebody says so', async () => {
      const facts = await scanFirewall(createRecordedHost({ directory: CASE, clock: 'recorded' }))
      await leaveFacts({ rows: facts.rows.map((row) => ({ ...row, verdict: 'unknown', reason: 'maybe-nat-mapped' })) })
      const config = join(host.directory, 'agent.toml')
      writeFileSync(
        config,
        'network = { behindNat = false }\n[ports]\n"tcp/1" = { verdict = "exposed", reason = "x", expires = 2020-01-01 }\n',
      )

      expect((await examine()).of('public address')).toMatchObject({
        result: 'warn',
        fix: expect.stringContaining('publicAddresses') as string,
      })
      const { of } = await examine('--config', config)
      expect(of('public address')).toMatchObject({ result: 'ok', says: 'declared: none leads here' })
      expect(of('declared port')?.says).toBe('tcp/1 was declared until 2020-01-01 and counts no more')
    })
  })

  it('goes to the collector step by step, and finds nothing wrong with one that answers', async () => {
    const port = await listen(healthy())
    const { of } = await examine('--url', `http://127.0.0.1:${port}`)

    expect(['name', 'connection', 'answer', 'clock'].map((name) => of(name)?.result)).toEqual(['ok', 'ok', 'ok', 'ok'])
  })

  it('stops at the first step that fails, with the fix', async () => {
    const port = await listen(healthy())
    const { code, of } = await examine('--url', `http://127.0.0.1:${port === 1 ? 2 : 1}`)

    expect(code).toBe(1)
    expect(of('connection')).toMatchObject({ result: 'fail', fix: expect.stringContaining('TCP port') as unknown })
    expect(of('answer')).toBeUndefined()
  })

  it('warns of a clock that is off', async () => {
    const port = await listen(healthy(new Date(Date.now() - 3_600_000).toUTCString()))

    expect((await examine('--url', `http://127.0.0.1:${port}`)).of('clock')).toMatchObject({
      result: 'warn',
      says: expect.stringContaining('ahead of the collector') as unknown,
    })
  })

  it('tells a certificate that is not trusted from one that is', async () => {
    const server = createTlsServer({ cert: LOOPBACK_CERTIFICATE, key: LOOPBACK_KEY }, (_request, response) =>
      response.end('{}'),
    )
    const url = `https://127.0.0.1:${await listen(server)}`
    const caFile = join(host.directory, 'ca.pem')
    writeFileSync(caFile, LOOPBACK_CERTIFICATE)

    expect((await examine('--url', url)).of('certificate')).toMatchObject({ result: 'fail' })
    expect((await examine('--url', url, '--ca-file', caFile)).of('certificate')?.says).toMatch(/^trusted, TLSv1\.3/)
  })

  it('fails on a key that is none of the pinned ones', async () => {
    const server = createTlsServer({ cert: LOOPBACK_CERTIFICATE, key: LOOPBACK_KEY })
    const caFile = join(host.directory, 'ca.pem')
    writeFileSync(caFile, LOOPBACK_CERTIFICATE)
    const pin = `sha256/${'A'.repeat(43)}=`
    const flags = ['--url', `https://127.0.0.1:${await listen(server)}`, '--ca-file', caFile, '--pins', pin]

    expect((await examine(...flags)).of('certificate')).toMatchObject({
      result: 'fail',
      says: expect.stringContaining('none of the pinned') as unknown,
    })
  })

  it('goes the way a report goes: through the proxy', async () => {
    const asked: (string | undefined)[] = []
    const proxy = createServer((request, response) => {
      asked.push(request.url)
      response.writeHead(405).end()
    })
    const origin = `http://127.0.0.1:${await listen(proxy)}`
    const { of } = await examine('--url', 'http://192.0.2.1:8480', '--allow-plain-http', '--proxy', origin)

    expect(of('proxy')?.says).toContain(origin)
    expect(of('answer')).toMatchObject({ result: 'ok' })
    expect(asked).toEqual(['http://192.0.2.1:8480/-/healthy'])
  })

  it('holds a collector behind a proxy to the pins, as a report does', async () => {
    const server = createTlsServer({ cert: LOOPBACK_CERTIFICATE, key: LOOPBACK_KEY }, (_request, response) =>
      response.end('{}'),
    )
    const port = await listen(server)
    const proxy = await new ConnectProxy(() => port).start()
    onTestFinished(() => proxy.stop())
    // Asked for directly: settings never send the way to this machine itself through a proxy.
    const answerWith = async (pins: string[]) => {
      const secureContext = await trusting(LOOPBACK_CERTIFICATE)
      const findings = await checkCollector({
        url: `https://127.0.0.1:${port}`,
        secureContext,
        pins,
        proxy: parseProxy(proxy.host),
      })
      return findings.find(({ name }) => name === 'answer')
    }

    expect(await answerWith([pinOf(LOOPBACK_CERTIFICATE)])).toMatchObject({ result: 'ok' })
    expect(await answerWith([`sha256/${'A'.repeat(43)}=`])).toMatchObject({
      result: 'fail',
      says: expect.stringContaining('none of the pinned') as unknown,
    })
    expect(proxy.seen.map(({ method }) => method)).toEqual(['CONNECT', 'CONNECT'])
  })

  it('knows a real collector by its answer', async () => {
    const collector = new TestCollector()
    onTestFinished(() => collector.close())

    expect((await examine('--url', await collector.listen())).of('answer')).toMatchObject({ result: 'ok' })
  })

  describe('asks whether the credential is accepted', () => {
    let collector: TestCollector
    let url: string
    beforeEach(async () => {
      collector = new TestCollector()
      url = await collector.listen()
      return () => collector.close()
    })
    const give = (credential: string): void => {
      mkdirSync(join(host.directory, 'state'), { recursive: true })
      writeFileSync(join(host.directory, 'state', 'credential'), `${credential}\n`, { mode: 0o600 })
    }

    it('and leaves no trace with a collector that knows it', async () => {
      const { id, credential } = await collector.enroll('web-1')
      give(credential)
      const before = { record: collector.ctx.projection.get(id), at: collector.ctx.projection.lastContactAt(id) }
      collector.clock.step(60_000)

      expect((await examine('--url', url)).of('accepted')).toMatchObject({ result: 'ok' })
      expect({ record: collector.ctx.projection.get(id), at: collector.ctx.projection.lastContactAt(id) }).toEqual(
        before,
      )
    })

    it('and tells one that is not known from one of a removed server', async () => {
      const { id, credential } = await collector.enroll('web-1')
      give(`ovds_s${'a'.repeat(26)}_${'x'.repeat(43)}`)
      const unknown = (await examine('--url', url)).of('accepted')
      const headers = { authorization: `Bearer ${collector.createToken('operator')}` }
      await fetch(`${url}/api/v1/servers/${id}`, { method: 'DELETE', headers })
      give(credential)
      const removed = (await examine('--url', url)).of('accepted')

      expect(unknown).toMatchObject({ result: 'fail', says: 'the collector does not accept the credential' })
      expect(removed).toMatchObject({ result: 'fail', says: 'this server was removed at the collector' })
    })

    it('and does not take the word of something else for it', async () => {
      const other = createServer((_request, response) => response.writeHead(405).end('{"kind":5}'))
      host.giveCredential()

      expect((await examine('--url', `http://127.0.0.1:${await listen(other)}`)).of('accepted')).toMatchObject({
        result: 'warn',
        says: expect.stringContaining('not known: the answer was 405') as unknown,
      })
    })
  })

  it('says what this host lacks: credential, folders, agent', async () => {
    const { code, result, of } = await examine('--url', 'http://127.0.0.1:1')

    expect({ code, result }).toEqual({ code: 1, result: 'fail' })
    expect(of('credential')).toMatchObject({ result: 'fail', says: 'this host is not enrolled' })
    expect(of('state folder')).toMatchObject({ result: 'fail' })
    expect(of('agent')).toMatchObject({ result: 'fail', says: 'no agent runs here' })
    expect(of('watcher')).toMatchObject({ result: 'ok' })
  })

  it('finds the agent that runs and what keeps it from being heard', async () => {
    const port = await listen(
      createServer((_request, response) =>
        response.writeHead(401, { 'content-type': 'application/json' }).end('{"title":"no"}'),
      ),
    )
    const url = `http://127.0.0.1:${port}`
    host.giveCredential()
    host.run('--url', url)
    const settled = async (): Promise<Awaited<ReturnType<typeof examine>>> => {
      const report = await examine('--url', url)
      return report.of('delivery')?.result === 'fail' ? report : await settled()
    }
    const { of } = await settled()

    expect(of('credential')).toMatchObject({ result: 'ok' })
    expect(of('agent')).toMatchObject({ result: 'ok' })
    expect(of('delivery')?.says).toContain('does not accept the credential')
    expect(of('acknowledged')).toMatchObject({ result: 'warn' })
  })

  it('names a damaged outbox instead of calling it empty', async () => {
    mkdirSync(join(host.directory, 'runtime'), { recursive: true })
    writeFileSync(join(host.directory, 'runtime', 'outbox.json'), '{"version":1')

    expect((await examine('--url', 'http://127.0.0.1:1')).of('outbox')).toMatchObject({ result: 'warn' })
  })

  it('shows a line for each, the fix below it, and one for settings that cannot be used', async () => {
    const { code, stdout } = await host.command(['doctor', '--url', 'ftp://example'])

    expect(code).toBe(1)
    expect(stdout).toMatch(
      /^fail {2}configuration {3}command line: --url = "ftp:\/\/example".*\n {22}-> correct the setting/,
    )
  })
})

it.each(['explain', 'check', 'doctor'])('help of %s begins with examples', async (name) => {
  const direct = await host.command(['help', name])
  rmSync(host.root, { recursive: true, force: true })

  expect(direct).toMatchObject({ code: 0, stderr: '' })
  expect(direct.stdout).toMatch(new RegExp(`^overdue-agent ${name}\\n`))
})

// What is missing on a host, from credential to scan.
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { scanFirewall } from '../../../agent/commands/scan-firewall.ts'
import { createRecordedHost } from '../../../agent/host/recorded-host.ts'
import type { FirewallFacts } from '../../../shared/facts/firewall.ts'
import { AgentHost, buildAgentBundle } from '../../support/agent-bundle.ts'
import { type Examined, examineHost, listenOnLoopback } from '../../support/doctor.ts'

let bundle: string
beforeAll(async () => {
  bundle = await buildAgentBundle()
})

let host: AgentHost
beforeEach(() => {
  host = new AgentHost(bundle, [])
})
const examine = (...flags: string[]) => examineHost(host, ...flags)

describe('doctor', () => {
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

  it('says what this host lacks: credential, folders, agent', async () => {
    const { code, result, of } = await examine('--url', 'http://127.0.0.1:1')

    expect({ code, result }).toEqual({ code: 1, result: 'fail' })
    expect(of('credential')).toMatchObject({ result: 'fail', says: 'this host is not enrolled' })
    expect(of('state folder')).toMatchObject({ result: 'fail' })
    expect(of('agent')).toMatchObject({ result: 'fail', says: 'no agent runs here' })
    expect(of('watcher')).toMatchObject({ result: 'ok' })
  })

  it('finds the agent that runs and what keeps it from being heard', async () => {
    const port = await listenOnLoopback(
      createServer((_request, response) =>
        response.writeHead(401, { 'content-type': 'application/json' }).end('{"title":"no"}'),
      ),
    )
    const url = `http://127.0.0.1:${port}`
    host.giveCredential()
    host.run('--url', url)
    const settled = async (): Promise<Examined> => {
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

  it('has help that begins with examples', async () => {
    const { code, stdout, stderr } = await host.command(['help', 'doctor'])

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^overdue-agent doctor\n/)
  })
})

import { readFileSync, readdirSync } from 'node:fs'
import { Check } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { runSnapshot } from '../../../agent/commands/snapshot.ts'
import type { SnapshotDocument } from '../../../agent/commands/snapshot-document.ts'
import { bootSection } from '../../../shared/sections/boot.ts'
import { hostSection } from '../../../shared/sections/host.ts'
import { kernelSection } from '../../../shared/sections/kernel.ts'
import { processesSection } from '../../../shared/sections/processes.ts'
import { sentinelSection } from '../../../shared/sections/sentinel.ts'
import { goldenFile, GOLDEN_DIRECTORY, recordedHosts, snapshotOf } from '../../support/golden.ts'
import { makeRecording, temporaryDirectory, type HostFiles } from '../../support/recorded-host.ts'

const SCHEMAS = {
  host: hostSection,
  boot: bootSection,
  sentinel: sentinelSection,
  kernel: kernelSection,
  processes: processesSection,
}

async function run(argv: string[], environment: Record<string, string> = {}) {
  const printed = { stdout: '', stderr: '' }
  const stdout = { write: (text: string) => (printed.stdout += text) }
  const stderr = { write: (text: string) => (printed.stderr += text) }
  const exitCode = await runSnapshot(argv, { stdout, stderr, environment })
  return { exitCode, ...printed }
}

async function documentOf(files: HostFiles): Promise<SnapshotDocument> {
  return JSON.parse(await snapshotOf(makeRecording(files))) as SnapshotDocument
}

describe.each(recordedHosts())('the recorded host $name', ({ name, directory }) => {
  it('says what it said when its golden file was last looked through', async () => {
    expect(await snapshotOf(directory)).toBe(readFileSync(goldenFile(name), 'utf8'))
  })

  it('has sections that the collector would take', async () => {
    const { sections } = JSON.parse(await snapshotOf(directory)) as SnapshotDocument

    const wrong = Object.entries(SCHEMAS).filter(([section, schema]) => {
      const look = sections[section as keyof typeof SCHEMAS]
      if (look?.outcome === 'observed') return look.reason !== null || !Check(schema, look.value)
      return look === undefined || look.value !== null || !look.reason
    })

    expect(wrong.map(([section]) => section)).toEqual([])
  })

  it('can be read by people, and its text steers no terminal', async () => {
    const { stdout, exitCode } = await run(['--root', directory])

    expect(exitCode).toBe(0)
    expect(stdout).toContain('Section sentinel:')
    // oxlint-disable-next-line no-control-regex -- they are what must not be there
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
  })
})

describe('the golden files', () => {
  it('are of hosts that exist', () => {
    expect(readdirSync(GOLDEN_DIRECTORY).sort()).toEqual(
      recordedHosts()
        .map(({ name }) => `${name}.json`)
        .sort(),
    )
  })
})

describe('what the snapshot says', () => {
  it('is every section and the fields the default policy decides', async () => {
    const document = await documentOf({
      'run/reboot-required': '',
      'run/reboot-required.pkgs': 'libc6\n',
      'clock.json': { json: { now: '2026-11-22T05:00:00Z', bootedAt: '2026-10-01T00:00:00Z' } },
      'stat.json': { json: { '/run/reboot-required': { birth: '2026-10-03T05:00:00Z' } } },
    })

    expect(document.takenAt).toBe('2026-11-22T05:00:00.000Z')
    expect(Object.keys(document.sections)).toEqual([
      'host',
      'boot',
      'sentinel',
      'kernel',
      'listeners',
      'packages',
      'exposure',
      'processes',
      'updates',
      'components',
    ])
    expect(document.judgement).toMatchObject({
      state: 'restart-required',
      lastKnown: null,
      reporting: null,
      exposure: 'unknown',
      promoted: true,
      reasons: ['stale'],
      headline: expect.stringContaining('Restart required for 50 d (libc6)'),
      since: '2026-10-03T05:00:00.000Z',
      sinceQuality: 'exact',
      staleAt: '2026-11-02T05:00:00.000Z',
      packages: ['libc6'],
    })
    expect(document.judgement.signals[0]).toEqual({
      name: 'reboot-flag',
      value: expect.any(String),
      source: '/run/reboot-required',
      readAt: '2026-11-22T05:00:00.000Z',
      role: 'decides',
      says: 'required',
      why: expect.any(String),
    })
  })

  it('is something of any partial recording', async () => {
    const { sections, judgement } = await documentOf({
      'commands/ip-address.json': { json: [{ ifname: 'eth0', addr_info: [{ local: '203.0.113.10', prefixlen: 24 }] }] },
      'proc/net/tcp': '',
    })

    expect(sections.host?.value).toMatchObject({ addresses: [{ address: '203.0.113.10' }] })
    expect(sections.sentinel?.outcome).toBe('absent')
    expect(sections.kernel?.outcome).toBe('absent')
    expect(judgement.state).toBe('ok')
  })

  it('comes from this machine without --root, with what agent.toml calls it', async () => {
    const state = temporaryDirectory()
    const environment = {
      OVERDUE_NAME: 'called-so',
      OVERDUE_STATE_DIR: state,
      OVERDUE_RUNTIME_DIR: state,
      OVERDUE_FACTS_DIR: state,
    }

    const { stdout, exitCode } = await run(['--json'], environment)

    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ sections: { host: { value: { name: 'called-so' } } } })
  })
})

describe('what cannot be done', () => {
  it('is said with the folder and the fix', async () => {
    const { exitCode, stdout, stderr } = await run(['--root', '/no/such/recording', '--json'])

    expect(exitCode).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toBe(
      'overdue-agent snapshot: --root /no/such/recording: is not a directory; give the folder of a recorded host\n',
    )
  })

  it('is a usage error for unknown flags', async () => {
    await expect(run(['--rot', '/x'])).rejects.toMatchObject({ name: 'UsageError' })
  })
})

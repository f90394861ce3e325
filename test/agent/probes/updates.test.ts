import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseUpdatesFacts } from '../../../agent/probes/update-facts.ts'
import { UpdatesWatch } from '../../../agent/probes/updates-watch.ts'
import { updatesProbe } from '../../../agent/probes/updates.ts'
import { contextOf, makeRecording, temporaryDirectory, type HostFiles } from '../../support/recorded-host.ts'

const BOOT = '7d9f6f0e-0000-4000-8000-000000000001'
const AT = { uptimeMs: 60_000, hostTime: '2026-11-22T04:00:00.000Z' }
const FACTS = {
  format: 1,
  pending: {
    total: 2,
    security: 1,
    held: 0,
    phased: 0,
    packages: [
      { package: 'curl', from: '1', to: '2', isSecurity: true },
      { package: 'bash', from: '1', to: '2' },
    ],
    listsAt: AT,
  },
  unattendedUpgrades: {
    enabled: true,
    health: 'ok',
    why: null,
    lastRunAt: AT,
    automaticReboot: true,
    automaticRebootTime: '02:00',
  },
  fixes: [
    { package: 'curl:amd64', from: '1', to: '2', cves: ['CVE-2026-1111'], more: 3, missing: null, isInThisBoot: true },
    { package: 'bash:amd64', from: '1', to: '2', cves: [], more: 0, missing: 'it has no changelog on this host' },
  ],
  missing: {},
  marks: { pending: 'a', fixes: 'b' },
  bootId: BOOT,
  readUptimeMs: 1_000_000,
  readAt: '2026-11-22T04:16:40.000Z',
}
const HOST: HostFiles = {
  'clock.json': { json: { now: '2026-11-22T04:30:00Z', bootedAt: '2026-11-22T04:00:00Z' } },
  'proc/sys/kernel/random/boot_id': `${BOOT}\n`,
  'var/lib/dpkg/status': 'Package: curl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2\n',
  'var/log/apt/history.log': '',
  'var/log/dpkg.log': '2026-11-22 04:20:00 upgrade curl:amd64 1 2\n',
}

/** What the probe says of the host of these files, with what a scan left. */
async function updatesOf(facts: unknown, files: HostFiles = HOST) {
  const factsDirectory = temporaryDirectory()
  if (facts !== undefined) writeFileSync(join(factsDirectory, 'updates.json'), JSON.stringify(facts))
  return await updatesProbe.read({ ...contextOf(makeRecording(files)), factsDirectory })
}

describe('the updates of a host', () => {
  it('are who changed packages, and what the scan found', async () => {
    expect(await updatesOf(FACTS)).toEqual({
      outcome: 'observed',
      reason: null,
      value: {
        runs: [
          {
            at: { uptimeMs: 1_200_000, hostTime: '2026-11-22T04:20:00.000Z' },
            by: { kind: 'dpkg', user: null },
            command: null,
            error: null,
            isInterrupted: false,
            changes: [{ package: 'curl:amd64', from: '1', to: '2', action: 'upgrade' }],
            more: 0,
          },
        ],
        pending: FACTS.pending,
        unattendedUpgrades: FACTS.unattendedUpgrades,
        fixes: FACTS.fixes,
        missing: {},
      },
    })
  })

  it('are read part by part: what could not be found out is null, and says why', async () => {
    const why = 'there is no apt-get'
    const facts = { ...FACTS, pending: null, missing: { pending: why } }
    const { 'var/log/dpkg.log': _, ...files } = HOST

    expect((await updatesOf(facts, files)).value).toMatchObject({
      runs: null,
      pending: null,
      unattendedUpgrades: { health: 'ok' },
      missing: { runs: 'there is no /var/log/dpkg.log', pending: why },
    })
  })

  it.each<[string, unknown, string]>([
    ['never answered', undefined, 'no scan of updates has answered yet'],
    ['answered in another boot', { ...FACTS, bootId: 'other' }, 'no scan of updates has answered in this boot'],
    ['answered in time to come', { ...FACTS, readUptimeMs: 9e9 }, 'no scan of updates has answered in this boot'],
    ['answered long ago', { ...FACTS, readUptimeMs: -46_000_000 }, 'the last scan of updates is too long ago'],
    ['left something else', { format: 2 }, 'what the scan of updates left cannot be understood'],
  ])('of which a scan %s are known in part only', async (_, facts, why) => {
    const { value } = await updatesOf(facts)

    expect(value?.runs).toHaveLength(1)
    expect(value).toMatchObject({ pending: null, unattendedUpgrades: null, fixes: null })
    expect(value?.missing).toEqual({ pending: why, unattendedUpgrades: why, fixes: why })
  })

  it('are absent where another manager has the packages, and named', async () => {
    expect(await updatesOf(undefined, { 'var/lib/rpm/rpmdb.sqlite': '' })).toMatchObject({
      outcome: 'absent',
      reason: 'rpm manages the packages: not read yet',
    })
  })
})

describe('what was read of updates', () => {
  it('stays while dpkg is at work, and is read again when it is done', async () => {
    const directory = makeRecording(HOST)
    const context = { ...contextOf(directory), updates: new UpdatesWatch(temporaryDirectory()) }
    const runs = async () => (await updatesProbe.read(context)).value?.runs?.length
    expect(await runs()).toBe(1)

    const journal = join(directory, 'var/lib/dpkg/updates/0001')
    mkdirSync(journal, { recursive: true })
    writeFileSync(join(directory, 'var/lib/dpkg/status'), 'Package: bash\n')
    writeFileSync(
      join(directory, 'var/log/dpkg.log'),
      '2026-11-22 04:20:00 upgrade curl:amd64 1 2\n2026-11-22 04:25:00 upgrade bash:amd64 1 2\n',
    )
    expect(await runs()).toBe(1)

    rmSync(journal, { recursive: true })
    expect(await runs()).toBe(2)
  })
})

describe('the section of updates', () => {
  it('is the one of before where nothing changed, and another one where a scan answered', async () => {
    const factsDirectory = temporaryDirectory()
    const leave = (facts: object) => writeFileSync(join(factsDirectory, 'updates.json'), JSON.stringify(facts))
    leave(FACTS)
    const context = { ...contextOf(makeRecording(HOST)), updates: new UpdatesWatch(factsDirectory) }
    const first = await updatesProbe.read(context)
    expect((await updatesProbe.read(context)).value).toBe(first.value)

    leave({ ...FACTS, fixes: [], pending: { ...FACTS.pending, total: 12 } })
    expect((await updatesProbe.read(context)).value).toMatchObject({ fixes: [], pending: { total: 12 } })
  })
})

describe('what the scan left of updates', () => {
  it('is taken as it is where it is ours', () => {
    expect(parseUpdatesFacts(FACTS)).toEqual(FACTS)
  })

  it.each<[string, unknown]>([
    ['no object', 'updates'],
    ['another format', { ...FACTS, format: 2 }],
    ['no time', { ...FACTS, readUptimeMs: null }],
    ['counts that are none', { ...FACTS, pending: { ...FACTS.pending, total: -1 } }],
    ['a package without a version', { ...FACTS, pending: { ...FACTS.pending, packages: [{ package: 'a' }] } }],
    ['a health nobody knows', { ...FACTS, unattendedUpgrades: { ...FACTS.unattendedUpgrades, health: 'fine' } }],
    ['a part that is missing', { ...FACTS, pending: undefined }],
  ])('is refused as a whole for %s', (_, value) => {
    expect(parseUpdatesFacts(value)).toBeNull()
  })

  it('never has a part that is null without saying why', () => {
    expect(parseUpdatesFacts({ ...FACTS, pending: null })?.missing.pending).toBe('the scan did not say why')
    // As a scan of an older agent left it.
    expect(parseUpdatesFacts({ ...FACTS, fixes: undefined })?.fixes).toBeNull()
  })

  it('has no fix that a report could not hold', () => {
    const [curl, ...rest] = FACTS.fixes
    const ids = ['CVE-2026-1111', 'CVE-1', '<script>', 7]

    expect(parseUpdatesFacts({ ...FACTS, fixes: [{ ...curl, cves: ids }, ...rest] })?.fixes?.[0]?.cves).toEqual([
      'CVE-2026-1111',
    ])
    expect(parseUpdatesFacts({ ...FACTS, fixes: [{ ...curl, more: -1 }] })).toBeNull()
    expect(parseUpdatesFacts({ ...FACTS, fixes: [{ ...curl, to: null }] })).toBeNull()
    expect(parseUpdatesFacts({ ...FACTS, fixes: {} })).toBeNull()
  })
})

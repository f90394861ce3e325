import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FamiliesFile, parseFamilyFacts } from '../../../agent/probes/family-facts.ts'
import { readLivepatch } from '../../../agent/probes/livepatch.ts'
import { sentinelProbe } from '../../../agent/probes/sentinel.ts'
import type { FamilyFacts } from '../../../shared/facts/families.ts'
import { contextOf, makeRecording, temporaryDirectory, type HostFiles } from '../../support/recorded-host.ts'

const BOOT_ID = '5f0c2d1e-7a3b-4c6d-8e9f-0a1b2c3d4e5f'
/** Booted 04:30:00, looked at 05:00:00. */
const RPM_HOST: HostFiles = {
  'run/.keep': '',
  'var/lib/rpm/rpmdb.sqlite': '',
  'proc/sys/kernel/random/boot_id': `${BOOT_ID}\n`,
  'clock.json': { json: { now: '2026-11-22T05:00:00Z', bootedAt: '2026-11-22T04:30:00Z' } },
}
const BOOTED_S = Date.UTC(2026, 10, 22, 4, 30) / 1000
const HOUR_MS = 3_600_000

function facts(change: Partial<FamilyFacts> = {}): FamilyFacts {
  return {
    format: 1,
    core: [{ name: 'glibc', installedAt: BOOTED_S + 60 }],
    installed: null,
    image: null,
    livepatch: null,
    missing: {},
    bootId: BOOT_ID,
    readUptimeMs: 1_700_000,
    readAt: '2026-11-22T04:58:20Z',
    ...change,
  }
}

function left(value: unknown): string {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'families.json'), typeof value === 'string' ? value : JSON.stringify(value))
  return directory
}

async function coreOf(factsDirectory: string | null, files: HostFiles = RPM_HOST) {
  const section = await sentinelProbe.read({ ...contextOf(makeRecording(files)), factsDirectory })
  return section.value?.core
}

describe('core packages of an rpm host', () => {
  it('are those the scan found installed since the boot', async () => {
    const core = [
      { name: 'glibc', installedAt: BOOTED_S + 60 },
      { name: 'systemd', installedAt: BOOTED_S - 60 },
    ]

    expect(await coreOf(left(facts({ core })))).toEqual({ packages: ['glibc'], problem: null })
  })

  it.each([
    ['nobody scanned', null, 'no scan was recorded'],
    ['the scan was of another boot', facts({ bootId: 'other' }), 'no scan of the inventory has answered in this boot'],
    [
      'the scan comes from the future',
      facts({ readUptimeMs: 9e9 }),
      'no scan of the inventory has answered in this boot',
    ],
    [
      'the scan is of yesterday',
      facts({ readUptimeMs: -13 * HOUR_MS }),
      'the last scan of the inventory is too long ago',
    ],
    ['rpm failed', facts({ core: null, missing: { core: 'there is no rpm' } }), 'there is no rpm'],
    ['the file is nobody’s', '{}', 'what the scan of the inventory left cannot be understood'],
  ])('are not known where %s', async (_, value, problem) => {
    expect(await coreOf(value === null ? null : left(value))).toEqual({ packages: null, problem })
  })

  it('are nothing to ask for where dpkg manages the packages', async () => {
    expect(await coreOf(left(facts()), { ...RPM_HOST, 'var/lib/dpkg/status': '' })).toBeUndefined()
  })

  it('are read again when a scan answers', async () => {
    const directory = left(facts())
    const file = new FamiliesFile(directory)
    expect((await file.read()).facts?.core).toHaveLength(1)
    writeFileSync(join(directory, 'families.json'), JSON.stringify(facts({ core: [] })))

    expect((await file.read()).facts?.core).toEqual([])
  })
})

describe('what no scan of ours wrote', () => {
  it.each([
    null,
    [],
    {},
    { ...facts(), format: 2 },
    { ...facts(), core: [{ name: 7, installedAt: 1 }] },
    { ...facts(), core: [{ name: 'glibc' }] },
    { ...facts(), core: 'glibc' },
    { ...facts(), image: { nxt: 'a' } },
    { ...facts(), livepatch: 'applied' },
    { ...facts(), readUptimeMs: '7' },
    { ...facts(), missing: null },
  ])('is refused: %j', (value) => {
    expect(parseFamilyFacts(value)).toBeNull()
  })
})

describe('a mark of another system', () => {
  const mark = 'run/reboot-needed'
  const look = (files: HostFiles) => sentinelProbe.read(contextOf(makeRecording({ 'run/.keep': '', ...files })))

  it('is no flag of Debian’s', async () => {
    const marks = [{ kind: 'suse', source: '/run/reboot-needed', text: 'kexec' }]

    expect((await look({ [mark]: 'kexec\n' })).value).toMatchObject({ present: false, sources: [], marks })
  })

  it('counts when it cannot be read, because it is there', async () => {
    const seen = await look({ [mark]: 'reboot', 'unreadable.txt': `/${mark}\n` })

    expect(seen.value?.marks).toEqual([{ kind: 'suse', source: '/run/reboot-needed', text: null }])
  })

  it('leaves the section failed where somebody planted something else', async () => {
    expect(await look({ [mark]: { link: '/etc/passwd' } })).toMatchObject({ outcome: 'failed' })
    expect(
      await look({ [mark]: '', 'stat.json': { json: { [`/${mark}`]: { uid: 1000, mode: '0644' } } } }),
    ).toMatchObject({
      outcome: 'failed',
    })
  })

  it('does not count when it is left over from an earlier boot', async () => {
    const seen = await look({
      [mark]: 'reboot',
      'clock.json': RPM_HOST['clock.json'] ?? '',
      'proc/self/mountinfo': '22 1 254:0 / / rw - ext4 none rw\n',
      'stat.json': { json: { [`/${mark}`]: { uid: 0, mode: '0644', mtime: '2026-11-21T05:00:00Z' } } },
    })

    expect(seen.value).toMatchObject({ present: false, since: null })
    expect(seen.value?.marks).toBeUndefined()
  })
})

describe('a kernel patched in memory', () => {
  const RELEASE = '6.8.0-79-generic'
  const answer = { upgrade: 'can-wait', kernel: RELEASE, patchState: 'applied', support: 'supported' } as const
  const patch = (enabled: string, transition: string): HostFiles => ({
    'sys/kernel/livepatch/lkp_1/enabled': enabled,
    'sys/kernel/livepatch/lkp_1/transition': transition,
  })
  const CLIENT = { 'snap/bin/canonical-livepatch': '' }

  async function look(files: HostFiles, livepatch: FamilyFacts['livepatch'] = answer) {
    const context = contextOf(makeRecording({ ...RPM_HOST, ...files }))
    return await readLivepatch({ ...context, familyFacts: facts({ livepatch }) }, RELEASE)
  }

  it('is covered when its client, its patches and the running kernel agree', async () => {
    expect(await look({ ...patch('1\n', '0\n'), ...CLIENT })).toEqual({ patches: ['lkp_1'], covers: true, why: null })
    expect(await look(CLIENT, { ...answer, patchState: 'nothing-to-apply' })).toMatchObject({ covers: true })
  })

  it.each([
    ['the patch is not enabled', patch('0\n', '0\n')],
    ['some tasks still run without the patch', patch('1\n', '1\n')],
    ['the kernel shows no patch', {}],
  ])('is not covered while %s', async (_, files) => {
    expect(await look({ ...files, ...CLIENT })).toMatchObject({ patches: [], covers: null })
  })

  it('is told and not covered where nobody can be asked', async () => {
    expect(await look(patch('1', '0'))).toMatchObject({ patches: ['lkp_1'], covers: null })
    expect(await look({ ...patch('1', '0'), ...CLIENT }, null)).toMatchObject({ covers: null })
  })

  it('is not mentioned where there is none of it', async () => {
    expect(await look({})).toBeNull()
  })
})

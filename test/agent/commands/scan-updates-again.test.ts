import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { scanUpdates } from '../../../agent/commands/scan-updates-look.ts'
import { createRecordedHost } from '../../../agent/host/recorded-host.ts'
import type { UpdatesFacts } from '../../../shared/facts/updates.ts'
import { makeRecording, type HostFiles } from '../../support/recorded-host.ts'

const USUAL_PLACES = [
  'Dir "/";',
  'Dir::State "var/lib/apt";',
  'Dir::State::lists "lists/";',
  'Dir::State::status "/var/lib/dpkg/status";',
  'Dir::Etc "etc/apt";',
]
const LIST = 'var/lib/apt/lists/deb.debian.org_dists_bookworm_InRelease'
const CHANGELOG = 'usr/share/doc/curl/changelog.Debian'
const HOST: HostFiles = {
  'commands/apt-config.txt': `${USUAL_PLACES.join('\n')}\n`,
  'commands/apt-simulate.txt': simulated(1),
  [LIST]: 'Origin: Debian\n',
  'etc/apt/preferences.d': null,
  'proc/sys/kernel/random/boot_id': '7d9f6f0e-0000-4000-8000-000000000001\n',
  'var/lib/dpkg/status': 'Package: curl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2\n',
  'var/log/dpkg.log': '2026-11-22 08:00:00 upgrade curl:amd64 1 2\n',
  [CHANGELOG]: 'curl (2) b; u=l\n\n  * new\n\ncurl (1) b; u=l\n',
}

function simulated(count: number): string {
  const lines = Array.from({ length: count }, (_, at) => `Inst p${at} [1] (2 Debian:12/stable [amd64])`)
  return `${lines.join('\n')}\n${count} upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n`
}

/** A recording that lives on: its files have times of their own. What apt would say differs from what it said. */
async function scannedOnce(change: HostFiles = {}) {
  const directory = makeRecording({ ...HOST, ...change })
  const host = createRecordedHost({ directory, clock: 'live' })
  const found = await scanUpdates(host)
  writeFileSync(join(directory, 'commands/apt-simulate.txt'), simulated(2))
  // No changelog says so: whoever tells it took it over.
  const fixes = (found.fixes ?? []).map((fix) => ({ ...fix, cves: ['CVE-2020-0001'] }))
  const again = (known: Partial<UpdatesFacts> = {}) => scanUpdates(host, { ...found, fixes, ...known })
  return { again, append: (path: string) => appendFileSync(join(directory, path), '\n') }
}

const KEPT = { pending: { total: 1 }, fixes: [{ package: 'curl:amd64', cves: ['CVE-2020-0001'] }] }
const ASKED = { pending: { total: 2 } }
const READ = { fixes: [{ package: 'curl:amd64', cves: [] }] }

it('what nothing touched since is not worked out again', async () => {
  const { again } = await scannedOnce()

  expect(await again()).toMatchObject(KEPT)
})

it.each([
  ['lists that were fetched', LIST, { ...KEPT, ...ASKED }],
  ['settings of apt', 'commands/apt-config.txt', { ...KEPT, ...ASKED }],
  ['a log of dpkg', 'var/log/dpkg.log', { ...KEPT, ...READ }],
  ['packages', 'var/lib/dpkg/status', { ...ASKED, ...READ }],
  ['a changelog', CHANGELOG, { ...KEPT, ...READ }],
])('%s that changed are looked at', async (_, path, expected) => {
  const { again, append } = await scannedOnce()
  append(path)

  expect(await again()).toMatchObject(expected)
})

it('apt is asked again where it has its lists elsewhere', async () => {
  const { again } = await scannedOnce({ 'commands/apt-config.txt': 'Dir::State::lists "/srv/lists";\n' })

  expect(await again()).toMatchObject(ASKED)
})

it('nothing is kept of another boot', async () => {
  const { again } = await scannedOnce()

  expect(await again({ bootId: 'other' })).toMatchObject({ ...ASKED, ...READ })
})

it('a changelog that could not be read is read again', async () => {
  const { again } = await scannedOnce({ [`${CHANGELOG}.gz`]: 'no archive' })

  expect(await again()).toMatchObject(READ)
})

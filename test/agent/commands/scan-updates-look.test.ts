import { describe, expect, it } from 'vitest'
import { scanUpdates } from '../../../agent/commands/scan-updates-look.ts'
import { createRecordedHost } from '../../../agent/host/recorded-host.ts'
import { makeRecording, type HostFiles } from '../../support/recorded-host.ts'

const CONFIG = [
  'APT "";',
  'APT::Periodic::Update-Package-Lists "1";',
  'APT::Periodic::Unattended-Upgrade "1";',
  'Unattended-Upgrade::Automatic-Reboot "true";',
  'Unattended-Upgrade::Automatic-Reboot-Time "02:00";',
].join('\n')
const SIMULATED = [
  'Reading package lists...',
  'Inst curl [7.88.1-10] (7.88.1-10+deb12u14 Debian-Security:12/oldstable-security [amd64])',
  '1 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.',
].join('\n')
const WANTS = 'etc/systemd/system/timers.target.wants'
const STAMP = '2026-11-22T06:20:00.000Z'

/** A host that upgrades itself, and where all is well. */
const HOST: HostFiles = {
  'clock.json': { json: { now: '2026-11-22T12:00:00Z', bootedAt: '2026-11-22T06:00:00Z' } },
  'stat.json': {
    json: { '/var/lib/apt/periodic/upgrade-stamp': { mtime: STAMP }, '/var/lib/apt/lists': { mtime: STAMP } },
  },
  'commands/apt-config.txt': CONFIG,
  'commands/apt-simulate.txt': SIMULATED,
  'var/lib/dpkg/status': 'Package: unattended-upgrades\nStatus: install ok installed\n',
  'var/lib/apt/periodic/upgrade-stamp': '',
  'var/lib/apt/lists': null,
  'var/log/unattended-upgrades/unattended-upgrades.log':
    '2026-11-22 06:19:59,001 ERROR of an earlier run\n2026-11-22 06:20:00,123 INFO All upgrades installed\n',
  'run/systemd/system': null,
  [`${WANTS}/apt-daily.timer`]: '',
  [`${WANTS}/apt-daily-upgrade.timer`]: '',
}

function scan(change: HostFiles = {}, without: readonly string[] = []) {
  const files = Object.entries({ ...HOST, ...change }).filter(([path]) => !without.includes(path))
  const directory = makeRecording(Object.fromEntries(files))
  return scanUpdates(createRecordedHost({ directory, clock: 'recorded' }))
}

describe('the scan of updates', () => {
  it('finds what waits, how old the lists are, and a host that upgrades itself', async () => {
    const at = { uptimeMs: 1_200_000, hostTime: STAMP }

    expect(await scan()).toMatchObject({
      format: 1,
      pending: { total: 1, security: 1, listsAt: at },
      unattendedUpgrades: {
        enabled: true,
        health: 'ok',
        why: null,
        lastRunAt: at,
        automaticReboot: true,
        automaticRebootTime: '02:00',
      },
      missing: {},
      readUptimeMs: 21_600_000,
    })
  })

  it.each<[string, HostFiles, readonly string[], object]>([
    [
      'is masked',
      { 'etc/systemd/system/apt-daily.timer': { link: '/dev/null' } },
      [],
      { health: 'disabled', why: 'apt-daily.timer is masked' },
    ],
    [
      'is disabled',
      {},
      [`${WANTS}/apt-daily-upgrade.timer`],
      { health: 'disabled', why: 'apt-daily-upgrade.timer is disabled' },
    ],
    [
      'is neither systemd’s nor cron’s',
      {},
      ['run/systemd/system'],
      { health: 'disabled', why: 'neither systemd nor cron starts it' },
    ],
    ['is cron’s', { 'etc/cron.daily/apt-compat': '' }, ['run/systemd/system'], { health: 'ok' }],
  ])('finds a host whose start %s', async (_, change, without, expected) => {
    expect((await scan(change, without)).unattendedUpgrades).toMatchObject(expected)
  })

  it('finds an error in the last line of the log that has a level', async () => {
    const log = '2026-11-22 06:20:00,123 ERROR Cache has broken packages, exiting\nTraceback:\n  File "x"\n'
    const { unattendedUpgrades } = await scan({ 'var/log/unattended-upgrades/unattended-upgrades.log': log })

    expect(unattendedUpgrades).toMatchObject({ health: 'failing', why: 'the last line of its log is an error' })
  })

  it('finds packages that dpkg did not finish', async () => {
    const status = `${HOST['var/lib/dpkg/status'] as string}\nPackage: curl\nStatus: install ok half-configured\n`

    expect((await scan({ 'var/lib/dpkg/status': status })).unattendedUpgrades).toMatchObject({
      health: 'failing',
      why: 'packages are half installed: curl',
    })
  })

  it('says what it could not find out, and still finds the rest', async () => {
    const without = ['commands/apt-simulate.txt']

    expect(await scan({}, without)).toMatchObject({
      pending: null,
      unattendedUpgrades: { health: 'ok' },
      missing: { pending: 'there is no apt-get' },
    })
    expect(await scan({ 'commands/apt-simulate.failed': '100\nE: broken' }, without)).toMatchObject({
      missing: { pending: 'apt-get ended with exit status 100' },
    })
    expect(await scan({ 'commands/apt-simulate.txt': 'E: cut' })).toMatchObject({
      missing: { pending: 'what apt-get printed cannot be understood' },
    })
    expect(await scan({}, ['var/lib/dpkg/status'])).toMatchObject({
      pending: { total: 1 },
      unattendedUpgrades: null,
      missing: { unattendedUpgrades: 'read /var/lib/dpkg/status: no such file or directory' },
    })
  })
})

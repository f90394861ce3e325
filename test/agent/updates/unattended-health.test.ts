import { describe, expect, it } from 'vitest'
import { AptConfig } from '../../../agent/updates/apt-config.ts'
import { judgeUnattended, type UnattendedEvidence } from '../../../agent/updates/unattended-health.ts'

const HOUR = 3_600_000
const NOW = 1_000 * HOUR
const ON = { 'APT::Periodic::Update-Package-Lists': '1', 'APT::Periodic::Unattended-Upgrade': '1' }

function configOf(settings: Readonly<Record<string, string>>): AptConfig {
  return new AptConfig(
    Object.entries(settings)
      .map(([name, value]) => `${name} "${value}";`)
      .join('\n'),
  )
}

/** Of a host that upgrades itself, and where all is well; `change` says what is not. */
function healthOf(change: Partial<UnattendedEvidence> = {}, settings: Readonly<Record<string, string>> = {}) {
  const evidence = {
    config: configOf({ ...ON, ...settings }),
    isInstalled: true,
    notStarted: null,
    broken: [],
    lastLevel: 'INFO',
    logProblem: null,
    stampMs: NOW - 48 * HOUR,
    listsMs: NOW - 48 * HOUR,
    pending: { packages: [] },
    nowMs: NOW,
    ...change,
  }
  return judgeUnattended(evidence, (ms) => ({ uptimeMs: ms, hostTime: null }))
}

describe('a host that upgrades itself', () => {
  it('is well where all of it works, also when the last run and the lists are two days old', () => {
    expect(healthOf()).toEqual({
      enabled: true,
      health: 'ok',
      why: null,
      lastRunAt: { uptimeMs: NOW - 48 * HOUR, hostTime: null },
      automaticReboot: false,
      automaticRebootTime: null,
    })
  })

  it.each<[string, Partial<UnattendedEvidence>, string]>([
    ['stalled', { stampMs: NOW - 48 * HOUR - 1 }, 'no scheduled run has succeeded for more than 48 hours'],
    ['stalled', { stampMs: null }, 'no scheduled run has succeeded yet'],
    ['stalled', { listsMs: NOW - 48 * HOUR - 1 }, "apt's lists are older than 48 hours"],
    ['failing', { lastLevel: 'ERROR', stampMs: null }, 'the last line of its log is an error'],
    ['failing', { broken: ['a', 'b', 'c', 'd'] }, 'packages are half installed: a, b, c and 1 more'],
    ['unknown', { logProblem: 'read the log: permission denied' }, 'read the log: permission denied'],
    ['unknown', { listsMs: null }, "nothing tells how old apt's lists are"],
  ])('is %s with %j', (health, change, why) => {
    expect(healthOf(change)).toMatchObject({ enabled: true, health, why })
  })

  it.each([
    ['linux-', 'blocked'],
    ['linux-image-amd64$', 'blocked'],
    ['inux-', 'ok'],
    ['linux-image$', 'ok'],
    ['(a+)+$', 'ok'],
    ['$', 'ok'],
  ])('whose blacklist says %j is %s while linux-image-amd64 waits with a mend', (expression, health) => {
    const packages = [{ package: 'linux-image-amd64', from: '1', to: '2', isSecurity: true as const }]
    const settings = { 'Unattended-Upgrade::Package-Blacklist::': expression }

    expect(healthOf({ pending: { packages } }, settings).health).toBe(health)
  })

  it('is not blocked where only other updates wait', () => {
    const packages = [{ package: 'linux-image-amd64', from: '1', to: '2' }]

    expect(healthOf({ pending: { packages } }, { 'Unattended-Upgrade::Package-Blacklist::': 'linux' }).health).toBe(
      'ok',
    )
  })
})

describe('a host that does not', () => {
  it.each<[Partial<UnattendedEvidence>, Record<string, string>, string]>([
    [{ isInstalled: false }, {}, 'the package unattended-upgrades is not installed'],
    [{ notStarted: 'apt-daily.timer is masked' }, {}, 'apt-daily.timer is masked'],
    [{}, { 'APT::Periodic::Enable': '0' }, 'APT::Periodic::Enable is 0'],
    [{}, { 'APT::Periodic::Update-Package-Lists': '0' }, 'APT::Periodic::Update-Package-Lists is 0, or not set'],
    [{}, { 'APT::Periodic::Unattended-Upgrade': '' }, 'APT::Periodic::Unattended-Upgrade is 0, or not set'],
  ])('says so: %j %j', (change, settings, why) => {
    expect(healthOf(change, settings)).toMatchObject({ enabled: false, health: 'disabled', why })
  })

  it.each(['always', '1', '7d', '12h', '90m', '3600s', '007'])('is not one with a period of %j', (period) => {
    expect(healthOf({}, { 'APT::Periodic::Unattended-Upgrade': period }).enabled).toBe(true)
  })
})

describe('its restarts', () => {
  it.each([
    [{}, false, null],
    [{ 'Unattended-Upgrade::Automatic-Reboot': 'false' }, false, null],
    [{ 'Unattended-Upgrade::Automatic-Reboot': 'true' }, true, 'now'],
    [{ 'unattended-upgrade::automatic-reboot': 'YES' }, true, 'now'],
    [
      { 'Unattended-Upgrade::Automatic-Reboot': '1', 'Unattended-Upgrade::Automatic-Reboot-Time': '02:00' },
      true,
      '02:00',
    ],
    [{ 'Unattended-Upgrade::Automatic-Reboot-Time': '02:00' }, false, null],
  ])('with %j are %j at %j', (settings, automaticReboot, automaticRebootTime) => {
    expect(healthOf({}, settings as Record<string, string>)).toMatchObject({ automaticReboot, automaticRebootTime })
  })
})

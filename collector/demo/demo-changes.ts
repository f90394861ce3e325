// What an invented server's packages went through: who upgraded them last, what waits, and what still runs the old files.
// Pure, and as sparing as real hosts are: most have nothing to tell.
import type { ProcessesSection } from '../../shared/sections/processes.ts'
import type { LoggedMoment, PackageFix, PackageRun, UpdatesSection } from '../../shared/sections/updates.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export type DemoSystem = 'debian-12' | 'debian-13' | 'ubuntu-24.04'
type Upgrade = { package: string; from: string; to: string }

/** As their archives had them; the first one mends security. */
const UPGRADES: Record<DemoSystem, readonly [Upgrade, ...Upgrade[]]> = {
  'debian-12': [
    { package: 'libssl3:amd64', from: '3.0.16-1~deb12u1', to: '3.0.17-1~deb12u3' },
    { package: 'openssl:amd64', from: '3.0.16-1~deb12u1', to: '3.0.17-1~deb12u3' },
    { package: 'tzdata:all', from: '2025a-0+deb12u1', to: '2025b-0+deb12u2' },
  ],
  'debian-13': [
    { package: 'libssl3t64:amd64', from: '3.5.1-1+deb13u1', to: '3.5.4-1~deb13u1' },
    { package: 'openssl:amd64', from: '3.5.1-1+deb13u1', to: '3.5.4-1~deb13u1' },
    { package: 'tzdata:all', from: '2025b-4', to: '2025b-4+deb13u1' },
  ],
  'ubuntu-24.04': [
    { package: 'libssl3t64:amd64', from: '3.0.13-0ubuntu3.5', to: '3.0.13-0ubuntu3.6' },
    { package: 'openssl:amd64', from: '3.0.13-0ubuntu3.5', to: '3.0.13-0ubuntu3.6' },
    { package: 'curl:amd64', from: '8.5.0-2ubuntu10.5', to: '8.5.0-2ubuntu10.6' },
  ],
}

/** `chance(salt, of)`: a whole number below `of`; the same for the same server. `readAt`: epoch ms. */
export function demoUpdates(
  chance: (salt: number, of: number) => number,
  system: DemoSystem,
  readAt: number,
): UpdatesSection {
  const [first, ...others] = UPGRADES[system]
  const ranAt = readAt - 3 * HOUR_MS - chance(40, 20) * HOUR_MS
  const kind = chance(47, 14)
  const isAttended = kind === 0
  const isSecurity = chance(41, 5) === 0
  const total = isSecurity ? 1 + chance(42, 9) : chance(43, 3) * chance(44, 4)
  const waiting = isSecurity ? [{ ...nextOf(first), isSecurity: true as const }] : others.slice(0, total).map(nextOf)
  return {
    runs: runsOf(chance, first, others, ranAt, isAttended),
    pending: {
      total,
      security: isSecurity ? 1 : 0,
      held: chance(45, 9) === 0 ? 1 : 0,
      phased: system === 'ubuntu-24.04' ? chance(46, 3) : 0,
      packages: waiting,
      listsAt: moment(ranAt),
    },
    unattendedUpgrades: unattended(kind, ranAt),
    fixes: [first, ...others].map((one) => fixOf(one, one === first)),
    missing: {},
  }
}

/** A service that was left running when its library was replaced; on one server in eight. */
export function demoProcesses(
  chance: (salt: number, of: number) => number,
  system: DemoSystem,
  unit: string,
): ProcessesSection {
  if (chance(50, 8) !== 0) return { outdated: [], count: 0, missing: null }
  const command = unit.split(/[@.]/)[0] ?? unit
  const [library] = UPGRADES[system]
  const pids = [700 + chance(51, 300), 1_100 + chance(52, 900)]
  const group = {
    pids,
    unit,
    command,
    user: 'root',
    packages: [library.package.split(':')[0] ?? library.package],
    files: ['/usr/lib/x86_64-linux-gnu/libssl.so.3'],
    remedy: 'restart',
  } as const
  return { outdated: [{ ...group, packages: [...group.packages], files: [...group.files] }], count: 2, missing: null }
}

function runsOf(
  chance: (salt: number, of: number) => number,
  first: Upgrade,
  others: readonly Upgrade[],
  ranAt: number,
  isAttended: boolean,
): PackageRun[] {
  const whole = { error: null, isInterrupted: false, more: 0 }
  const nightly: PackageRun = {
    ...whole,
    at: moment(ranAt - DAY_MS * chance(48, 6)),
    by: { kind: 'unattended', user: null },
    command: '/usr/bin/unattended-upgrade',
    changes: [first, ...others.slice(0, 1)].map((one) => ({ ...one, action: 'upgrade' })),
  }
  if (!isAttended && chance(49, 3) !== 0) return [nightly]
  const byHand: PackageRun = {
    ...whole,
    at: moment(ranAt - 9 * DAY_MS - 5 * HOUR_MS),
    by: { kind: 'user', user: 'anna' },
    command: 'apt-get upgrade',
    changes: others.slice(-1).map((one) => ({ ...one, action: 'upgrade' })),
  }
  return isAttended ? [byHand] : [nightly, byHand]
}

/** As changelogs tell: most upgrades name no weakness. */
function fixOf({ package: name, from, to }: Upgrade, isSecurity: boolean): PackageFix {
  const cves = isSecurity ? ['CVE-2025-9232', 'CVE-2025-9230'] : []
  return { package: name, from, to, cves, more: 0, missing: null, isInThisBoot: true }
}

function unattended(kind: number, ranAt: number): NonNullable<UpdatesSection['unattendedUpgrades']> {
  const base = { lastRunAt: moment(ranAt), automaticReboot: false, automaticRebootTime: null }
  if (kind === 0) return { ...base, enabled: false, health: 'disabled', why: null, lastRunAt: null }
  if (kind !== 1) return { ...base, enabled: true, health: 'ok', why: null }
  const why = 'no scheduled run has succeeded for more than 48 hours'
  return { ...base, enabled: true, health: 'stalled', why, lastRunAt: moment(ranAt - 6 * DAY_MS) }
}

/** Its successor, as version numbers go. */
function nextOf({ package: name, to }: Upgrade): Upgrade {
  const [, before = to, last = '0'] = /^(.*\D)(\d+)$/.exec(to) ?? []
  return { package: name, from: to, to: `${before}${Number(last) + 1}` }
}

function moment(at: number): LoggedMoment {
  return { uptimeMs: null, hostTime: new Date(at).toISOString() }
}

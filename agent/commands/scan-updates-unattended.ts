// What unattended-upgrades left behind: its package, what starts it, its stamps, its log.
import { DPKG_STATUS } from '../probes/dpkg-status.ts'
import { isMissing, type Host } from '../host/host.ts'
import { reasonOf } from '../host/host-errors.ts'
import type { UnattendedEvidence } from '../updates/unattended-health.ts'

type Found = Omit<UnattendedEvidence, 'config' | 'pending' | 'nowMs'>

/** Throws what says that dpkg's list could not be read. */
export async function readUnattended(host: Host): Promise<Found> {
  const log = await readLog(host)
  return {
    ...(await readInstallation(host)),
    notStarted: await whyNotStarted(host),
    ...log,
    // Touched by the scheduled run alone, and only when it succeeded: the other stamps also move for failures and dry runs.
    stampMs: await mtimeOf(host, '/var/lib/apt/periodic/upgrade-stamp'),
    listsMs: await readListsMs(host),
  }
}

/** States of a package that dpkg did not finish: dpkg(1). */
const BROKEN = new Set(['half-installed', 'unpacked', 'half-configured'])

async function readInstallation(host: Host): Promise<Pick<Found, 'isInstalled' | 'broken'>> {
  const broken: string[] = []
  let isInstalled = false
  let name = ''
  for await (const line of host.readLines(DPKG_STATUS, { starting: ['Package: ', 'Status: '] })) {
    const value = line.slice(line.indexOf(':') + 1).trim()
    if (line.startsWith('Package: ')) name = value
    else {
      const [, flag = '', state = ''] = value.split(' ')
      if (BROKEN.has(state) || flag === 'reinstreq') broken.push(name)
      else if (name === 'unattended-upgrades' && state !== 'config-files' && state !== 'not-installed')
        isInstalled = true
    }
  }
  return { isInstalled, broken }
}

const TIMERS = ['apt-daily.timer', 'apt-daily-upgrade.timer']
/** Where systemd looks for units of administrators, which stand before a package's. */
const OVERRIDES = ['/etc/systemd/system', '/run/systemd/system']

/** The first fetches lists, the second upgrades; without systemd cron does both. */
async function whyNotStarted(host: Host): Promise<string | null> {
  const isSystemd = await isThere(host, '/run/systemd/system')
  if (!isSystemd)
    return (await isThere(host, '/etc/cron.daily/apt-compat')) ? null : 'neither systemd nor cron starts it'
  for (const timer of TIMERS) {
    for (const folder of OVERRIDES) {
      if ((await linkOf(host, `${folder}/${timer}`)) === '/dev/null') return `${timer} is masked`
    }
    if (!(await isThere(host, `/etc/systemd/system/timers.target.wants/${timer}`))) return `${timer} is disabled`
  }
  return null
}

const LOG = '/var/log/unattended-upgrades/unattended-upgrades.log'
/** "2026-11-22 06:25:12,345 ERROR Cache has broken packages, exiting" */
const LOG_LINE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ ([A-Z]+) /

/** Lines of a traceback have no level and belong to the line before. */
async function readLog(host: Host): Promise<Pick<Found, 'lastLevel' | 'logProblem'>> {
  let lastLevel: string | null = null
  try {
    for await (const line of host.readLines(LOG)) lastLevel = LOG_LINE.exec(line)?.[1] ?? lastLevel
    return { lastLevel, logProblem: null }
  } catch (error) {
    return { lastLevel: null, logProblem: isMissing(error) ? null : reasonOf(error) }
  }
}

/** Ubuntu's hook and the daily run touch a stamp when lists were fetched; whatever was new also changes their directory. */
const LISTS = ['/var/lib/apt/periodic/update-success-stamp', '/var/lib/apt/periodic/update-stamp', '/var/lib/apt/lists']

/** When apt's lists were fetched last, epoch ms by the host's clock; null where nothing tells. */
export async function readListsMs(host: Host): Promise<number | null> {
  const times = (await Promise.all(LISTS.map((path) => mtimeOf(host, path)))).filter((time) => time !== null)
  return times.length === 0 ? null : Math.max(...times)
}

/** Null where nothing is there, or its age cannot be seen. */
async function mtimeOf(host: Host, path: string): Promise<number | null> {
  return await host.facts(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  )
}

async function linkOf(host: Host, path: string): Promise<string | null> {
  return await host.readLink(path).catch(() => null)
}

async function isThere(host: Host, path: string): Promise<boolean> {
  return await host.facts(path).then(
    () => true,
    () => false,
  )
}

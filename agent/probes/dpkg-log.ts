// When dpkg installed a package, from /var/log/dpkg.log and its rotations. Real lines, in the host's local time:
//   2026-11-22 04:46:21 configure linux-image-6.1.0-56-cloud-amd64:amd64 6.1.192-2 <none>
//   2026-11-22 04:46:27 status installed linux-image-6.1.0-56-cloud-amd64:amd64 6.1.192-2
// "status installed" alone is not enough: a trigger of another package ends with the same line.
import type { Host } from '../host/host.ts'
import { orNull } from './optional-read.ts'
import { epochOf, timeZoneOf } from './time-zone.ts'

const DIRECTORY = '/var/log'
/** logrotate keeps twelve by default. */
const ROTATIONS_MAX = 15

/** The earliest moment at or after `from` (epoch ms) at which one of `names` was installed; null if the log knows none. */
export async function earliestInstall(host: Host, names: readonly string[], from: number): Promise<number | null> {
  if (names.length === 0) return null
  const zone = await timeZoneOf(host)
  if (zone === null) return null
  const wanted = new Set(names)
  let earliest: number | null = null
  for (const file of await logFiles(host)) {
    const log = await orNull(readLog(host, `${DIRECTORY}/${file}`, wanted, { zone, from }))
    earliest = log?.installedAt ?? earliest
    // The files are written in turn: one that begins before the boot is the last that can matter.
    if (log !== null && log.reachesBack) break
  }
  return earliest
}

/** Newest first: dpkg.log, dpkg.log.1, dpkg.log.2.gz, ... */
async function logFiles(host: Host): Promise<string[]> {
  const names = (await orNull(host.list(DIRECTORY))) ?? []
  const rotations = names.flatMap((name) => {
    const match = /^dpkg\.log(?:\.(\d+)(?:\.gz)?)?$/.exec(name)
    return match === null ? [] : [{ name, age: Number(match[1] ?? 0) }]
  })
  return rotations
    .sort((a, b) => a.age - b.age)
    .slice(0, ROTATIONS_MAX)
    .map(({ name }) => name)
}

type Window = { zone: string; from: number }
type LogResult = { installedAt: number | null; reachesBack: boolean }

async function readLog(host: Host, path: string, wanted: ReadonlySet<string>, window: Window): Promise<LogResult> {
  const result: LogResult = { installedAt: null, reachesBack: false }
  const installing = new Set<string>()
  let isFirst = true
  for await (const line of host.readLines(path)) {
    const entry = parseLogLine(line)
    if (entry === null) continue
    if (isFirst) result.reachesBack = epochOf(entry.time, window.zone) < window.from
    isFirst = false
    if (!wanted.has(entry.name)) continue
    if (entry.kind === 'begins') installing.add(entry.name)
    else if (installing.delete(entry.name)) {
      const at = epochOf(entry.time, window.zone)
      if (at >= window.from && (result.installedAt === null || at < result.installedAt)) result.installedAt = at
    }
  }
  return result
}

const LINE = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (install|upgrade|configure|status installed|\S+) ([^\s:]+)/

type LogEntry = { time: string; kind: 'begins' | 'installed' | 'other'; name: string }

/** Null for what is no line of dpkg's log. */
export function parseLogLine(line: string): LogEntry | null {
  const match = LINE.exec(line)
  if (match === null) return null
  const [, time = '', action = '', name = ''] = match
  const begins = action === 'install' || action === 'upgrade' || action === 'configure'
  return { time, name, kind: begins ? 'begins' : action === 'status installed' ? 'installed' : 'other' }
}

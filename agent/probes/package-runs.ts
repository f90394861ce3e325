// Which runs changed packages, from apt's history and dpkg's log. Both are read by anybody; they are read again when they
// changed and dpkg is quiet, for half of a run is not what anybody asks about.
import { RUNS_MAX } from '../../shared/protocol/limits.ts'
import type { LoggedMoment, PackageRun } from '../../shared/sections/updates.ts'
import { isMissing, type Host } from '../host/host.ts'
import { reasonOf } from '../host/host-errors.ts'
import { AptHistory, type HistoryEntry } from '../updates/apt-history.ts'
import { type DpkgChange, parseDpkgChange } from '../updates/dpkg-changes.ts'
import { namedRuns } from '../updates/named-runs.ts'
import { joinRuns, type LoggedRun } from '../updates/package-runs.ts'
import { wallTextOf } from '../updates/wall-time.ts'
import { loggedMoments, NO_MOMENT } from './logged-moment.ts'
import { orNull } from './optional-read.ts'
import { epochOf, timeZoneOf } from './time-zone.ts'

const DPKG_LOG = '/var/log/dpkg.log'
const APT_HISTORY = '/var/log/apt/history.log'
/** logrotate makes one a month: where so few runs were in three months, the older ones are nobody's question. */
const ROTATIONS_MAX = 2
/** An upgrade of a whole release is 3,000 changes. */
const CHANGES_MAX = 5_000
/** unattended-upgrades writes one for each of its steps. */
const ENTRIES_MAX = 2_000

/** `runs` newest first; null: `why`. */
export type FoundRuns = { runs: PackageRun[]; why: null } | { runs: null; why: string }

/** Changes when one of the two logs did; what cannot be seen is part of it. */
export async function logsMark(host: Host): Promise<string> {
  const facts = await Promise.all([DPKG_LOG, APT_HISTORY].map((path) => orNull(host.facts(path))))
  return facts.map((one) => (one === null ? '-' : `${one.inode} ${one.sizeBytes} ${one.mtimeMs}`)).join(' ')
}

/** Never rejects. */
export async function readPackageRuns(host: Host): Promise<FoundRuns> {
  try {
    return { runs: namedRuns(await newestRuns(host), await momentsOf(host)), why: null }
  } catch (error) {
    return { runs: null, why: isMissing(error) ? `there is no ${DPKG_LOG}` : reasonOf(error) }
  }
}

/** Logs of older months only where the newer ones hold too few. */
async function newestRuns(host: Host): Promise<LoggedRun[]> {
  const [log, history] = [await rotationsOf(host, DPKG_LOG), await rotationsOf(host, APT_HISTORY)]
  let changes: DpkgChange[] = []
  let entries: HistoryEntry[] | null = []
  for (let at = 0; ; at++) {
    changes = [...(await readChanges(host, log[at])), ...changes].slice(-CHANGES_MAX)
    const older: HistoryEntry[] | null = await readEntries(host, history[at], history.length === 1)
    entries = older === null || entries === null ? null : [...older, ...entries].slice(-ENTRIES_MAX)
    const isMore = at < ROTATIONS_MAX && (log[at + 1] ?? history[at + 1]) !== undefined
    const runs = joinRuns(coveredBy(entries, history[at + 1] !== undefined, changes), entries)
    if (runs.length >= RUNS_MAX || !isMore) return runs
  }
}

/** What happened before the history that was read begins is not known to have been done without apt. */
function coveredBy(
  entries: readonly HistoryEntry[] | null,
  isMoreHistory: boolean,
  changes: readonly DpkgChange[],
): readonly DpkgChange[] {
  if (entries === null || (!isMoreHistory && entries.length < ENTRIES_MAX)) return changes
  const fromMs = entries[0]?.startMs ?? Infinity
  return changes.filter(({ wallMs }) => wallMs >= fromMs)
}

/** The newest first: history.log, history.log.1 or .1.gz, ... The first need not exist; the last tells only that there is more. */
async function rotationsOf(host: Host, path: string): Promise<string[]> {
  const [folder, file] = [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)]
  const names = new Set((await orNull(host.list(folder))) ?? [])
  const older = Array.from({ length: ROTATIONS_MAX + 1 }, (_, at) =>
    [`${file}.${at + 1}`, `${file}.${at + 1}.gz`].find((name) => names.has(name)),
  )
  const gap = older.indexOf(undefined)
  return [path, ...older.slice(0, gap === -1 ? undefined : gap).map((name) => `${folder}/${name}`)]
}

/** Rejects where the log cannot be read: without it nothing is known to have happened. */
async function readChanges(host: Host, path: string | undefined): Promise<DpkgChange[]> {
  const changes: DpkgChange[] = []
  if (path === undefined) return changes
  for await (const line of host.readLines(path)) {
    const change = parseDpkgChange(line)
    if (change !== null) changes.push(change)
    if (changes.length > 2 * CHANGES_MAX) changes.splice(0, CHANGES_MAX)
  }
  return changes
}

/** [] where it was just rotated; null where it could not be read, or apt keeps none at all: then nobody knows who it was. */
async function readEntries(host: Host, path: string | undefined, isOnly: boolean): Promise<HistoryEntry[] | null> {
  const history = new AptHistory(ENTRIES_MAX)
  if (path === undefined) return []
  try {
    for await (const line of host.readLines(path)) history.take(line)
    return [...history.entries]
  } catch (error) {
    return isMissing(error) && !isOnly ? [] : null
  }
}

/** Both logs are written in the host's time zone. */
async function momentsOf(host: Host): Promise<(wallMs: number) => LoggedMoment> {
  const zone = await timeZoneOf(host)
  const momentOf = await loggedMoments(host)
  return (wallMs) => (zone === null ? NO_MOMENT : momentOf(epochOf(wallTextOf(wallMs), zone)))
}

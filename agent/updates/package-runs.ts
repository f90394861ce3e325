// Joins what dpkg did with whom apt says it was: runs that changed packages. Pure.
//
// dpkg's log decides what changed, apt's history who did it. An entry of the history counts only where dpkg's log shows
// one of its changes in the same time: a dry run is written down like any other, and dpkg knows nothing of it. What dpkg
// did while no such entry was open was done without apt.
import { comparePackageVersions } from '../../shared/packages/version-order.ts'
import type { LoggedChange, PackageRun } from '../../shared/sections/updates.ts'
import { actorOf } from './actor.ts'
import { changeKey, type HistoryEntry } from './apt-history.ts'
import type { DpkgChange } from './dpkg-changes.ts'

/** unattended-upgrades makes an entry of each of its steps, dpkg by hand one call of each file: closer than this is one run. */
const MERGE_GAP_MS = 120_000
/** A run that was cut off has no end: what comes later than this after its last change is not its own. */
const CUT_OFF_GAP_MS = 600_000

export type LoggedRun = Omit<PackageRun, 'at' | 'changes' | 'more'> & {
  /** See wall-time.ts. */
  startMs: number
  endMs: number
  /** Each package once. */
  changes: LoggedChange[]
}

/** Oldest first. `changes` and `history` in the order of their logs; `history` null: it could not be read. */
export function joinRuns(changes: readonly DpkgChange[], history: readonly HistoryEntry[] | null): LoggedRun[] {
  const claimed = new Map<DpkgChange, HistoryEntry>()
  const entries = (history ?? []).filter((entry) => !isSimulation(entry))
  const windows = entries.map((entry, at) => ({ entry, ...windowOf(entry, entries[at + 1], changes) }))
  for (const window of windows) claim(window, changes, claimed, (change) => names(window.entry, change))
  const confirmed = new Set(claimed.values())
  for (const window of windows) if (confirmed.has(window.entry)) claim(window, changes, claimed, () => true)
  const ofApt = Map.groupBy(claimed.keys(), (change) => claimed.get(change) as HistoryEntry)
  const stray = changes.filter((change) => !claimed.has(change))
  const runs = [
    ...Array.from(ofApt, ([entry, own]) => runOfApt(entry, own)),
    ...inOneGo(stray).map((own) => runOfDpkg(own, history === null ? 'unknown' : 'dpkg')),
  ]
  return merged(runs.sort((a, b) => a.startMs - b.startMs)).flatMap(withoutPassing)
}

/** What was installed and taken away again in one run changed nothing. */
function withoutPassing(run: LoggedRun): LoggedRun[] {
  const changes = run.changes.filter(({ from, to }) => from !== null || to !== null)
  return changes.length === 0 ? [] : [{ ...run, changes }]
}

/** Where the real run follows within the same second, the times alone would not tell the two apart. */
function isSimulation({ command }: HistoryEntry): boolean {
  return /\s--(?:dry-run|simulate)(?:\s|$)/.test(command ?? '')
}

type Window = { entry: HistoryEntry; fromMs: number; toMs: number }

function windowOf(
  entry: HistoryEntry,
  next: HistoryEntry | undefined,
  changes: readonly DpkgChange[],
): Omit<Window, 'entry'> {
  // Both logs have whole seconds of one clock, so what apt had done lies between its own two lines.
  const fromMs = entry.startMs
  if (entry.endMs !== null) return { fromMs, toMs: entry.endMs }
  const nextMs = next?.startMs ?? Infinity
  let toMs = entry.startMs
  for (const { wallMs } of changes) {
    if (wallMs >= fromMs && wallMs < nextMs && wallMs - toMs <= CUT_OFF_GAP_MS) toMs = Math.max(toMs, wallMs)
  }
  return { fromMs, toMs }
}

function claim(
  { entry, fromMs, toMs }: Window,
  changes: readonly DpkgChange[],
  claimed: Map<DpkgChange, HistoryEntry>,
  isOwn: (change: DpkgChange) => boolean,
): void {
  for (const change of changes) {
    const isThen = change.wallMs >= fromMs && change.wallMs <= toMs
    if (isThen && !claimed.has(change) && isOwn(change)) claimed.set(change, entry)
  }
}

function names(entry: HistoryEntry, { package: name, from, to }: DpkgChange): boolean {
  return entry.changes.has(changeKey(name, to ?? from ?? ''))
}

function runOfApt(entry: HistoryEntry, own: readonly DpkgChange[]): LoggedRun {
  const { startMs, endMs, command, error } = entry
  const last = own.at(-1)?.wallMs ?? startMs
  return {
    startMs,
    endMs: endMs ?? last,
    by: actorOf(entry),
    command,
    error,
    isInterrupted: endMs === null,
    changes: eachOnce(own),
  }
}

function runOfDpkg(own: readonly DpkgChange[], kind: 'dpkg' | 'unknown'): LoggedRun {
  const times = own.map(({ wallMs }) => wallMs)
  const rest = { command: null, error: null, isInterrupted: false }
  const by = { kind, user: null }
  return { startMs: times[0] ?? 0, endMs: times.at(-1) ?? 0, by, ...rest, changes: eachOnce(own) }
}

function inOneGo(changes: readonly DpkgChange[]): DpkgChange[][] {
  const groups: DpkgChange[][] = []
  let lastMs = -Infinity
  for (const change of changes) {
    if (change.wallMs - lastMs < MERGE_GAP_MS) groups.at(-1)?.push(change)
    else groups.push([change])
    lastMs = change.wallMs
  }
  return groups
}

/** What became of each package in the end: one that is removed and then purged is purged. */
function eachOnce(changes: readonly DpkgChange[]): LoggedChange[] {
  const first = new Map<string, DpkgChange>()
  const last = new Map<string, DpkgChange>()
  for (const change of changes) {
    if (!first.has(change.package)) first.set(change.package, change)
    last.set(change.package, change)
  }
  return Array.from(last, ([name, { action, to }]) => {
    const from = first.get(name)?.from ?? null
    return { package: name, from, to, action: actionOf(action, from, to) }
  })
}

function actionOf(last: DpkgChange['action'], from: string | null, to: string | null): LoggedChange['action'] {
  if (to === null) return last === 'purge' ? 'purge' : 'remove'
  if (from === null) return 'install'
  const order = comparePackageVersions(from, to)
  return order === 0 ? 'reinstall' : order < 0 ? 'upgrade' : 'downgrade'
}

function merged(runs: readonly LoggedRun[]): LoggedRun[] {
  const whole: LoggedRun[] = []
  for (const run of runs) {
    const before = whole.at(-1)
    if (before === undefined || !isContinued(before, run)) whole.push(run)
    else whole[whole.length - 1] = together(before, run)
  }
  return whole
}

function isContinued(before: LoggedRun, { startMs, command, by }: LoggedRun): boolean {
  const isSame = before.command === command && before.by.kind === by.kind && before.by.user === by.user
  return isSame && startMs - before.endMs < MERGE_GAP_MS
}

function together(before: LoggedRun, after: LoggedRun): LoggedRun {
  const known = new Map(before.changes.map((change) => [change.package, change]))
  for (const change of after.changes) {
    const from = known.has(change.package) ? (known.get(change.package)?.from ?? null) : change.from
    const action = change.to === null ? change.action : actionOf('upgrade', from, change.to)
    known.set(change.package, { ...change, from, action })
  }
  const { endMs, isInterrupted } = after
  return { ...before, endMs, isInterrupted, error: after.error ?? before.error, changes: [...known.values()] }
}

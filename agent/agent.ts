// Theory of operation
//
// Two loops share one slot. The look loop reads the machine and puts what is true now into the outbox; the report loop
// tells the collector what it does not know yet. Neither waits for the other: a collector that hangs delays no look, and
// a slow disk delays no report.
//
//   watcher, ticker, question --wake--> look loop --snapshot--> outbox --wake--> report loop --POST--> collector
//
// 1. Wake-ups carry no data. An event says "look again"; the look decides what is true. Events may be lost, doubled or
//    late, so a look every 30 s stands behind them, and the watchers are armed before the first look.
// 2. A flag that appears is published at once. One that goes away, or whose packages change, is held for 1.5 s of quiet,
//    because package scripts delete and recreate it. The boot is read with every look at the flag, so that a cleared
//    flag is never sent with the boot it was set in.
// 3. The outbox holds the newest snapshot only. Loss, replay and restarts on either side heal by the same exchange: a
//    report names the digest of every section, and the collector asks for those it holds differently.
// 4. Whatever the collector answers, the agent goes on looking. Only a verified "this server was removed" ends reporting;
//    nothing ever makes it enrol again.
// 5. Whoever asks for a report now (commands at the socket, SIGUSR1, the collector) goes through report-now/: one look
//    that begins after the question, one report, and an answer that says what became of it.
import { dirname, join } from 'node:path'
import type { SectionName } from '../shared/sections/names.ts'
import { type AgentContext, AlreadyRunningError } from './context.ts'
import { type AgentCore, createCore, watchProblem } from './core.ts'
import { startGivingBack } from './give-back.ts'
import { forgetGoingDown, GOODBYE_MS_MAX, isGoingDown } from './goodbye.ts'
import { openDoor, type Door } from './report-now/door.ts'
import { DPKG_STATUS } from './probes/dpkg-status.ts'
import { sentinelDirectories } from './sentinel-directories.ts'
import { AGENT_VERSION } from './version.ts'
import type { DirectoryWatcher } from './wakeups/directory-watcher.ts'
import { createPackagesWatcher } from './wakeups/packages-watcher.ts'
import { createSentinelWatchers } from './wakeups/sentinel-watcher.ts'
import { startTicker } from './wakeups/ticker.ts'

/**
 * How often watched directories and the socket are looked up again, because one that was replaced is watched by nobody,
 * the processes that run old code, because nobody tells that they ended, and packages that are not dpkg's.
 */
const WAKEUP_CHECK_MS = 30_000
/** A command that reports alone ends soon, as a rule; for one that waits longer the unit starts us again. */
const DOOR_MS_MAX = 5_000

/** What the process is told from outside; `report` is set for as long as the agent runs. */
export type Signals = { report: () => void }

/**
 * Runs until `signal` fires, then lets go of everything. Throws AlreadyRunningError when another process reports for this
 * host, else only what makes going on pointless: a bug.
 */
export async function runAgent(
  context: AgentContext,
  signal: AbortSignal,
  signals: Signals = { report: () => undefined },
): Promise<void> {
  const core = createCore(context)
  const door = await requireDoor(context, core)
  try {
    await watchAndReport(context, core, door, signal, signals)
  } finally {
    signals.report = () => undefined
    await door.close()
    context.log.info({}, 'stopped')
  }
}

async function watchAndReport(
  context: AgentContext,
  { looks, reports, reportNow, scans, asks, cloud, network, otherPackages }: AgentCore,
  door: Door,
  signal: AbortSignal,
  signals: Signals,
): Promise<void> {
  const watchers = [...(await createWatchers(context, (name) => looks.wake(name))), ...scans.watchers]
  const check = (): Promise<unknown> =>
    Promise.all([
      ...watchers.map((watcher) => watcher.check()),
      door.check(),
      scans.askAfterRestarts(),
      otherPackages.check(),
    ])

  await forgetGoingDown(context.config.runtimeDirectory)
  context.tellStatus(null)
  await Promise.all(watchers.map((watcher) => watcher.check()))
  await scans.askForMissing()
  signals.report = () => reportNow.start({ reason: null, answers: null, scan: false })
  const tickers = [startTicker(WAKEUP_CHECK_MS, () => void check()), startGivingBack()]
  if (context.config.asksCloud) tickers.push(cloud.start())
  context.log.info({ serverId: context.credential.serverId, version: AGENT_VERSION }, 'watching this host')
  try {
    await Promise.all([looks.run(signal), reports.run(signal)])
    const isRestart = await isGoingDown(context.config.runtimeDirectory)
    if (isRestart) await reports.goodbye(AbortSignal.timeout(GOODBYE_MS_MAX))
  } finally {
    for (const ticker of tickers) ticker.stop()
    asks.close()
    network.set(false)
    scans.close()
    await Promise.all(watchers.map((watcher) => watcher.close()))
  }
}

async function requireDoor({ log, places }: AgentContext, { reportNow }: AgentCore): Promise<Door> {
  const door = await openDoor(places.reportSocket, reportNow, { waitMs: DOOR_MS_MAX, log })
  if (door !== null) return door
  throw new AlreadyRunningError(
    `another agent reports for this host already and listens at ${places.reportSocket}; stop it first`,
  )
}

async function createWatchers(
  { config, host, log }: AgentContext,
  wake: (name: SectionName) => void,
): Promise<DirectoryWatcher[]> {
  const root = config.root ?? '/'
  const on = (name: SectionName) => ({ onWake: () => wake(name), onProblem: watchProblem(log) })
  return [
    ...createSentinelWatchers(await sentinelDirectories(host, root), on('sentinel')),
    createPackagesWatcher(join(root, dirname(DPKG_STATUS)), on('packages')),
  ]
}

// Theory of operation
//
// Two loops share one slot. The look loop reads the machine and puts what is true now into the outbox; the report loop
// tells the collector what it does not know yet. Neither waits for the other: a collector that hangs delays no look, and
// a slow disk delays no report.
//
//   watcher, ticker, request --wake--> look loop --snapshot--> outbox --wake--> report loop --POST--> collector
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
import { createHash } from 'node:crypto'
import { loadBootMemory, createBootMemory, saveBootMemory } from './boot-memory.ts'
import type { AgentContext } from './context.ts'
import { LookLoop } from './look-loop.ts'
import { DpkgWatch } from './probes/dpkg-watch.ts'
import type { ProbeContext } from './probes/probe.ts'
import { ReportLoop } from './report-loop.ts'
import { takeReportRequest } from './report-request.ts'
import { sentinelDirectories } from './sentinel-directories.ts'
import { steadyClockMs } from './steady-clock.ts'
import { takeSnapshot } from './take-snapshot.ts'
import { AGENT_VERSION } from './version.ts'
import type { DirectoryWatcher } from './wakeups/directory-watcher.ts'
import { createRequestWatcher } from './wakeups/report-request-watcher.ts'
import { createSentinelWatchers } from './wakeups/sentinel-watcher.ts'
import { startTicker } from './wakeups/ticker.ts'

/** How often the watched directories are looked up again: one that was replaced is watched by nobody. */
const WAKEUP_CHECK_MS = 30_000

/** Runs until `signal` fires, then lets go of everything. Throws only what makes going on pointless: a bug. */
export async function runAgent(context: AgentContext, signal: AbortSignal): Promise<void> {
  const reports = createReportLoop(context)
  const looks = createLookLoop(context, reports)
  const takeRequest = createRequestTaker(context, looks, reports)
  const watchers = await createWatchers(context, looks, takeRequest)
  const checkWakeups = (): Promise<unknown> =>
    Promise.all([...watchers.map((watcher) => watcher.check()), takeRequest()])

  context.tellStatus(null)
  await Promise.all(watchers.map((watcher) => watcher.check()))
  const ticker = startTicker(WAKEUP_CHECK_MS, () => void checkWakeups())
  context.log.info({ serverId: context.credential.serverId, version: AGENT_VERSION }, 'watching this host')
  try {
    await Promise.all([looks.run(signal), reports.run(signal)])
  } finally {
    ticker.stop()
    await Promise.all(watchers.map((watcher) => watcher.close()))
    context.log.info({}, 'stopped')
  }
}

function createLookLoop(context: AgentContext, reports: ReportLoop): LookLoop {
  const { bootMemoryFile, clock, host, log, outbox, places, runMarker } = context
  let memory = createBootMemory()
  let dpkg = new DpkgWatch()
  const probeContext = (): ProbeContext => ({
    host,
    memory,
    dpkg,
    runMarker,
    labels: context.config.labels,
    agentVersion: AGENT_VERSION,
    factsDirectory: context.config.factsDirectory,
  })
  const ports = {
    runMarker,
    read: async (sections) => {
      const look = await takeSnapshot(probeContext(), sections)
      const packages = look.sections.packages
      if (packages !== undefined) dpkg.endReading(packages.section.outcome)
      return look
    },
    enterBoot: async (boot) => {
      memory = await loadBootMemory(places.bootMemory, boot)
      // The look loop forgets what it read in another boot: everything is to be read again.
      dpkg = new DpkgWatch()
      log.info({ kernelBootId: boot.kernelBootId }, 'this is the boot we report for')
    },
    keepMemory: (boot) => saveBootMemory(bootMemoryFile, boot, memory),
    publish: (entry, changed) => {
      outbox.put(entry)
      if (changed) reports.wake()
    },
    onTrouble: (error) => log.error({ err: error }, 'a look failed; the next one comes at its time'),
    nowMs: () => host.now(),
    steadyMs: () => clock.monotonicMs(),
  } satisfies ConstructorParameters<typeof LookLoop>[0]
  return new LookLoop(ports, outbox.newest())
}

function createReportLoop({
  clock,
  config,
  credential,
  host,
  log,
  outbox,
  random,
  tellStatus,
  transport,
}: AgentContext): ReportLoop {
  const ports = {
    transport,
    log,
    random,
    newest: () => outbox.newest(),
    onStatus: tellStatus,
    uptimeMs: () => host.uptimeMs(),
    nowMs: () => host.now(),
    steadyMs: () => clock.monotonicMs(),
  }
  const { backoffMaxMs, labels } = config
  return new ReportLoop(ports, { backoffMaxMs, heartbeatMs: labels.heartbeatMs, spread: spreadOf(credential.serverId) })
}

async function createWatchers(
  { config, host, log, places }: AgentContext,
  looks: LookLoop,
  takeRequest: () => Promise<void>,
): Promise<DirectoryWatcher[]> {
  const onProblem = (error: Error): void => {
    log.warn({ err: error }, 'the kernel cannot watch for us; looking every 30 s instead')
  }
  const directories = await sentinelDirectories(host, config.root ?? '/')
  const sentinels = createSentinelWatchers(directories, { onWake: () => looks.wakeSentinel(), onProblem })
  return [...sentinels, createRequestWatcher(places.reportRequest, { onWake: () => void takeRequest(), onProblem })]
}

/** A request is answered with what a look finds that began after it. */
function createRequestTaker({ log, places }: AgentContext, looks: LookLoop, reports: ReportLoop): () => Promise<void> {
  return async () => {
    try {
      const ask = await takeReportRequest(places.reportRequest)
      if (ask === null) return
      const freshAsOfMs = steadyClockMs()
      await looks.lookAfresh()
      reports.request({ ...ask, freshAsOfMs })
    } catch (error) {
      log.warn({ err: error }, 'a request to report now could not be taken')
    }
  }
}

/** A server's place in the spread of heartbeats: the same after every restart, different for each. */
function spreadOf(serverId: string): number {
  return createHash('sha256').update(serverId).digest().readUInt32BE() / 2 ** 32
}

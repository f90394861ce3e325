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
import { CloudAddresses } from './cloud/public-addresses.ts'
import type { SectionName } from '../shared/sections/names.ts'
import { loadBootMemory, createBootMemory, saveBootMemory } from './files/boot-memory.ts'
import type { AgentContext } from './context.ts'
import type { Log } from './logger.ts'
import { forgetGoingDown, GOODBYE_MS_MAX, isGoingDown } from './goodbye.ts'
import { LookLoop } from './look-loop.ts'
import { DpkgWatch } from './probes/dpkg-watch.ts'
import { FirewallWatch } from './probes/firewall-watch.ts'
import type { ProbeContext } from './probes/probe.ts'
import { ReportLoop } from './delivery/report-loop.ts'
import { takeReportRequest } from './delivery/report-request.ts'
import { createScans, type Scans } from './scans.ts'
import { sentinelDirectories } from './sentinel-directories.ts'
import { steadyClockMs } from './steady-clock.ts'
import { takeSnapshot } from './take-snapshot.ts'
import { spreadOf } from './spread.ts'
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
  // Each needs the other: a look asks for a scan, and its answer asks for a look.
  const asked = { scan: (): void => undefined, look: (): void => undefined }
  const cloud = createCloudAddresses(context, () => asked.look())
  const looks = createLookLoop(context, reports, { askForScan: () => asked.scan(), cloud })
  const takeRequest = createRequestTaker(context, looks, reports)
  const scans = createScansFor(context, looks)
  asked.scan = () => void scans.ask('firewall')
  asked.look = () => looks.wake('listeners')
  const watchers = [...(await createWatchers(context, looks, takeRequest)), ...scans.watchers]
  const checkWakeups = (): Promise<unknown> =>
    Promise.all([...watchers.map((watcher) => watcher.check()), takeRequest()])

  await forgetGoingDown(context.config.runtimeDirectory)
  context.tellStatus(null)
  await Promise.all(watchers.map((watcher) => watcher.check()))
  await scans.askForMissing()
  const tickers = [startTicker(WAKEUP_CHECK_MS, () => void checkWakeups())]
  if (context.config.asksCloud) tickers.push(cloud.start())
  context.log.info({ serverId: context.credential.serverId, version: AGENT_VERSION }, 'watching this host')
  try {
    await Promise.all([looks.run(signal), reports.run(signal)])
    const isRestart = await isGoingDown(context.config.runtimeDirectory)
    if (isRestart) await reports.goodbye(AbortSignal.timeout(GOODBYE_MS_MAX))
  } finally {
    for (const ticker of tickers) ticker.stop()
    scans.close()
    await Promise.all(watchers.map((watcher) => watcher.close()))
    context.log.info({}, 'stopped')
  }
}

type Outside = { askForScan: () => void; cloud: CloudAddresses }

function createLookLoop(context: AgentContext, reports: ReportLoop, { askForScan, cloud }: Outside): LookLoop {
  const { bootMemoryFile, clock, host, log, outbox, places, runMarker } = context
  let memory = createBootMemory()
  let dpkg = new DpkgWatch()
  const firewall = new FirewallWatch(context.config.factsDirectory, askForScan)
  const probeContext = (): ProbeContext => ({
    host,
    memory,
    dpkg,
    runMarker,
    labels: context.config.labels,
    agentVersion: AGENT_VERSION,
    factsDirectory: context.config.factsDirectory,
    firewall,
    declarations: { ...context.config.declarations, cloudAddresses: cloud.addresses },
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
  keyring,
  log,
  outbox,
  random,
  tellStatus,
  transport,
}: AgentContext): ReportLoop {
  const ports = {
    transport,
    keyring,
    log,
    random,
    newest: () => outbox.newest(),
    onStatus: tellStatus,
    uptimeMs: () => host.uptimeMs(),
    nowMs: () => host.now(),
    steadyMs: () => clock.monotonicMs(),
  }
  const { backoffMaxMs, labels } = config
  const spread = spreadOf(credential.serverId)
  return new ReportLoop(ports, { backoffMaxMs, heartbeatMs: labels.heartbeatMs, spread })
}

async function createWatchers(
  { config, host, log, places }: AgentContext,
  looks: LookLoop,
  takeRequest: () => Promise<void>,
): Promise<DirectoryWatcher[]> {
  const onProblem = watchProblem(log)
  const directories = await sentinelDirectories(host, config.root ?? '/')
  const sentinels = createSentinelWatchers(directories, { onWake: () => looks.wake('sentinel'), onProblem })
  return [...sentinels, createRequestWatcher(places.reportRequest, { onWake: () => void takeRequest(), onProblem })]
}

function createScansFor({ clock, config, log }: AgentContext, looks: LookLoop): Scans {
  const { factsDirectory } = config
  const onAnswer = (section: SectionName): void => looks.wake(section)
  return createScans({ factsDirectory, steadyMs: () => clock.monotonicMs(), onAnswer, onProblem: watchProblem(log) })
}

function createCloudAddresses({ log }: AgentContext, onChange: () => void): CloudAddresses {
  // Loaded by those who want it alone: node:http takes 1 MB.
  const ask = async () => (await import('./cloud/metadata.ts')).askCloud()
  return new CloudAddresses({ ask, onChange, log })
}

function watchProblem(log: Log): (error: Error) => void {
  return (error) => log.warn({ err: error }, 'a wake-up does not work; looking at its time instead')
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

// The parts of an agent at work, connected: what looks, what reports, and what does both when somebody asks. The resident
// runs them for as long as the host is up, a command without a resident for one report.
import { randomBytes } from 'node:crypto'
import type { SectionName } from '../shared/sections/names.ts'
import { CloudAddresses } from './cloud/public-addresses.ts'
import type { AgentContext } from './context.ts'
import { ReportLoop, type ReportPorts } from './delivery/report-loop.ts'
import { createBootMemory, loadBootMemory, saveBootMemory } from './files/boot-memory.ts'
import type { Log } from './logger.ts'
import { LookLoop } from './look-loop.ts'
import { OtherPackages } from './other-packages.ts'
import { ComponentsWatch } from './probes/components.ts'
import { KernelPackages } from './probes/dpkg-kernels.ts'
import { DpkgWatch } from './probes/dpkg-watch.ts'
import { FamiliesFile } from './probes/family-facts.ts'
import { FirewallWatch } from './probes/firewall-watch.ts'
import { ProcessesFile } from './probes/process-facts.ts'
import type { ProbeContext } from './probes/probe.ts'
import { UpdatesWatch } from './probes/updates-watch.ts'
import { AskPace } from './report-now/ask-pace.ts'
import { judgeNewest } from './report-now/judge-newest.ts'
import { ReportNow } from './report-now/report-now.ts'
import { createScans, type Scans } from './scans.ts'
import { spreadOf } from './spread.ts'
import { steadyClockMs } from './steady-clock.ts'
import { takeSnapshot } from './take-snapshot.ts'
import { AGENT_VERSION } from './version.ts'
import { NetworkWatcher } from './wakeups/network-watcher.ts'

export type AgentCore = {
  looks: LookLoop
  reports: ReportLoop
  reportNow: ReportNow
  scans: Scans
  asks: AskPace
  cloud: CloudAddresses
  network: NetworkWatcher
  otherPackages: OtherPackages
}

export function createCore(context: AgentContext): AgentCore {
  // Each needs the other: a look asks for a scan, and its answer asks for a look; an attempt to report tells whoever
  // asked for it.
  const asked = { scan: (): void => undefined, look: (): void => undefined, processes: (): void => undefined }
  const told: Pick<ReportPorts, 'onStatus' | 'onAsk'> = { onStatus: context.tellStatus }
  const reports = createReportLoop(context, told)
  const cloud = createCloudAddresses(context, () => asked.look())
  const looks = createLookLoop(context, reports, {
    askForScan: () => asked.scan(),
    onPackagesRead: () => asked.processes(),
    cloud,
  })
  const scans = createScansFor(context, looks)
  const reportNow = createReportNow(context, { looks, reports, scans })
  asked.scan = () => void scans.ask('firewall')
  asked.look = () => looks.wake('listeners')
  asked.processes = () => scans.askAfterPackages()
  const network = createNetworkWatcher(context, { looks, reports })
  told.onStatus = (delivery) => {
    context.tellStatus(delivery)
    reportNow.onStatus(delivery)
    network.set(delivery.standing === 'retrying')
  }
  const otherPackages = new OtherPackages(context.host, () => scans.askAfterPackages())
  const asks = new AskPace({
    start: ({ id, scan }) => reportNow.start({ reason: null, answers: id, scan }),
    steadyMs: steadyClockMs,
  })
  told.onAsk = (ask) => asks.take(ask)
  return { looks, reports, reportNow, scans, asks, cloud, network, otherPackages }
}

type Outside = { askForScan: () => void; onPackagesRead: () => void; cloud: CloudAddresses }

function createLookLoop(context: AgentContext, reports: ReportLoop, outside: Outside): LookLoop {
  const { bootMemoryFile, clock, host, log, outbox, places, runMarker } = context
  let memory = createBootMemory()
  let dpkg = new DpkgWatch()
  const { askForScan, cloud, onPackagesRead } = outside
  const firewall = new FirewallWatch(context.config.factsDirectory, askForScan)
  const processes = new ProcessesFile(context.config.factsDirectory)
  const updates = new UpdatesWatch(context.config.factsDirectory)
  const components = new ComponentsWatch()
  const kernels = new KernelPackages()
  const families = new FamiliesFile(context.config.factsDirectory)
  const probeContext = (): ProbeContext => ({
    host,
    memory,
    dpkg,
    runMarker,
    labels: context.config.labels,
    agentVersion: AGENT_VERSION,
    factsDirectory: context.config.factsDirectory,
    firewall,
    processes,
    updates,
    components,
    kernels,
    componentNames: context.config.componentNames,
    families,
    declarations: { ...context.config.declarations, cloudAddresses: cloud.addresses },
  })
  const ports = {
    runMarker,
    read: async (sections) => {
      const look = await takeSnapshot(probeContext(), sections)
      const packages = look.sections.packages
      if (packages !== undefined) {
        dpkg.endReading(packages.section.outcome)
        onPackagesRead()
      }
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

function createReportLoop(
  { clock, config, credential, host, keyring, log, outbox, random, transport }: AgentContext,
  told: Pick<ReportPorts, 'onStatus' | 'onAsk'>,
): ReportLoop {
  const ports = {
    transport,
    keyring,
    log,
    random,
    newest: () => outbox.newest(),
    onStatus: (status) => told.onStatus(status),
    onAsk: (ask) => told.onAsk?.(ask),
    uptimeMs: () => host.uptimeMs(),
    nowMs: () => host.now(),
    steadyMs: () => clock.monotonicMs(),
  } satisfies ReportPorts
  const { backoffMaxMs, labels } = config
  const spread = spreadOf(credential.serverId)
  return new ReportLoop(ports, { backoffMaxMs, heartbeatMs: labels.heartbeatMs, spread })
}

function createScansFor({ clock, config, host, log }: AgentContext, looks: LookLoop): Scans {
  return createScans({
    factsDirectory: config.factsDirectory,
    isRecorded: config.root !== null,
    steadyMs: () => clock.monotonicMs(),
    uptimeMs: () => host.uptimeMs(),
    onAnswer: (section: SectionName): void => looks.wake(section),
    onProblem: watchProblem(log),
  })
}

function createCloudAddresses({ log }: AgentContext, onChange: () => void): CloudAddresses {
  // Loaded by those who want it alone: node:http takes 1 MB.
  const ask = async () => (await import('./cloud/metadata.ts')).askCloud()
  return new CloudAddresses({ ask, onChange, log })
}

/** Addresses of a link alone lead nowhere, and containers that start bring one each. */
function createNetworkWatcher({ host }: AgentContext, { looks, reports }: Omit<Working, 'scans'>): NetworkWatcher {
  const addresses = async (): Promise<string[]> => {
    const all = await host.addresses()
    return all.filter(({ scope }) => scope === 'global').map((entry) => `${entry.interface} ${entry.address}`)
  }
  const onChange = (): void => {
    looks.wake('host')
    reports.networkChanged()
  }
  return new NetworkWatcher({ addresses, onChange })
}

export function watchProblem(log: Log): (error: Error) => void {
  return (error) => log.warn({ err: error }, 'a wake-up does not work; looking at its time instead')
}

type Working = Pick<AgentCore, 'looks' | 'reports' | 'scans'>

function createReportNow({ host, log, outbox }: AgentContext, { looks, reports, scans }: Working): ReportNow {
  return new ReportNow({
    lookAfresh: () => looks.lookAfresh(),
    request: (request) => reports.request(request),
    scans: scans.fresh,
    judge: () => judgeNewest(outbox.newest(), host),
    onTrouble: (error) => log.warn({ err: error }, 'a request to report now could not be taken'),
    newReasonId: () => randomBytes(8).toString('hex'),
    steadyMs: steadyClockMs,
  })
}

// `overdue-agent snapshot`: every section as it would be reported, and what the default policy makes of it. Talks to
// nobody. With --root it reads a recorded host, and nothing of this machine.
import { systemClock } from '../../shared/clock.ts'
import type { FamilyFacts } from '../../shared/facts/families.ts'
import type { FirewallFacts } from '../../shared/facts/firewall.ts'
import type { ProcessesFacts } from '../../shared/facts/processes.ts'
import type { UpdatesFacts } from '../../shared/facts/updates.ts'
import type { SectionName } from '../../shared/sections/names.ts'
import { createBootMemory, loadBootMemory } from '../files/boot-memory.ts'
import { loadConfig, type AgentConfig, type Environment } from '../settings/config.ts'
import type { Host } from '../host/host.ts'
import { createLinuxHost } from '../host/linux-host.ts'
import { createRecordedHost } from '../host/recorded-host.ts'
import { reasonOf } from '../host/host-errors.ts'
import { placesOf } from '../settings/places.ts'
import { DpkgWatch } from '../probes/dpkg-watch.ts'
import type { HostLabels, ProbeContext } from '../probes/probe.ts'
import { takeSnapshot, type SectionReading, type Snapshot } from '../take-snapshot.ts'
import { AGENT_VERSION } from '../version.ts'
import { EXIT, type CommandIo } from './io.ts'
import { parseFlags } from './parse-flags.ts'
import type { SnapshotDocument } from './snapshot-document.ts'
import { judgeSnapshot, timeOf, type Clocks } from './snapshot-judgement.ts'
import { snapshotText } from './snapshot-text.ts'

type SnapshotIo = Pick<CommandIo, 'stdout' | 'stderr' | 'environment'>

const FLAGS = { root: { type: 'string' }, json: { type: 'boolean' } } as const

/** Exit code. `agentVersion` is a parameter for documents that outlive a release. Throws UsageError. */
export async function runSnapshot(
  argv: readonly string[],
  io: SnapshotIo,
  { agentVersion = AGENT_VERSION }: { agentVersion?: string } = {},
): Promise<number> {
  const { root, json } = parseFlags(argv, FLAGS)
  try {
    const document = await lookAtHost(typeof root === 'string' ? root : null, io.environment, agentVersion)
    io.stdout.write(json === true ? `${JSON.stringify(document, null, 2)}\n` : snapshotText(document))
    return EXIT.done
  } catch (error) {
    io.stderr.write(`overdue-agent snapshot: ${reasonOf(error)}\n`)
    return EXIT.failed
  }
}

/** One look at this machine, or at the recorded host in `root`. Rejects when the configuration or the recording cannot be used. */
export async function lookAtHost(
  root: string | null,
  environment: Environment,
  agentVersion = AGENT_VERSION,
): Promise<SnapshotDocument> {
  const context = root === null ? await liveContext(environment) : await recordedContext(root)
  return await makeDocument({ ...context, agentVersion })
}

async function makeDocument(context: ProbeContext): Promise<SnapshotDocument> {
  const snapshot = await takeSnapshot(context)
  const clocks: Clocks = { now: context.host.now(), uptimeMs: context.host.uptimeMs() }
  return {
    takenAt: timeOf(snapshot.takenAtUptimeMs, clocks),
    sections: toSectionDocuments(snapshot, clocks),
    judgement: judgeSnapshot(snapshot, clocks),
  }
}

function toSectionDocuments({ sections }: Snapshot, clocks: Clocks): SnapshotDocument['sections'] {
  const readings = Object.entries(sections) as [SectionName, SectionReading][]
  return Object.fromEntries(
    readings.map(([name, { section, digest, readAtUptimeMs }]) => [
      name,
      {
        outcome: section.outcome,
        reason: section.reason,
        readAt: timeOf(readAtUptimeMs, clocks),
        digest,
        value: section.value,
      },
    ]),
  )
}

const NO_LABELS: HostLabels = { name: null, application: null, environment: null, tags: {}, heartbeatMs: null }
/** Where no resident agent marked this run of the host. */
const NO_RUN_MARKER = '0'.repeat(32)

async function recordedContext(directory: string): Promise<ProbeContext> {
  const host = createRecordedHost({ directory, clock: 'recorded' })
  const facts = await scanRecording(host)
  const processFacts = await scanRecordedProcesses(host, directory)
  return {
    host,
    ...(facts === null ? {} : { facts }),
    ...(processFacts === null ? {} : { processFacts }),
    updateFacts: await scanRecordedUpdates(host),
    familyFacts: await scanRecordedFamilies(host),
    memory: createBootMemory(),
    dpkg: new DpkgWatch(),
    runMarker: NO_RUN_MARKER,
    labels: NO_LABELS,
    agentVersion: AGENT_VERSION,
    factsDirectory: null,
  }
}

/** A recording holds what commands printed, so nobody needs a privilege to judge it. Null where sockets were not recorded. */
async function scanRecording(host: Host): Promise<FirewallFacts | null> {
  const { scanFirewall } = await import('./scan-firewall.ts')
  const facts = await scanFirewall(host)
  return facts.rows.length === 0 && facts.reason !== null ? null : facts
}

/** Null where no process was recorded. */
async function scanRecordedProcesses(host: Host, directory: string): Promise<ProcessesFacts | null> {
  const { NO_PROCESSES, scanProcesses } = await import('./scan-processes-look.ts')
  const { processesAt } = await import('../host/processes-at.ts')
  const facts = await scanProcesses({ host, processes: await processesAt(directory), root: directory })
  return facts.problem === NO_PROCESSES ? null : facts
}

/** A recording holds what apt printed. */
async function scanRecordedUpdates(host: Host): Promise<UpdatesFacts> {
  return await (await import('./scan-updates-look.ts')).scanUpdates(host)
}

/** A recording holds what rpm, the tools of images and Livepatch printed. */
async function scanRecordedFamilies(host: Host): Promise<FamilyFacts> {
  return await (await import('./scan-inventory-families.ts')).scanFamilies(host)
}

/** What the resident agent remembers of this boot counts here too, as far as this user may read it. */
async function liveContext(environment: Environment): Promise<ProbeContext> {
  const config = await loadConfig({}, environment)
  const host = createLinuxHost({ root: '/', clock: systemClock })
  const line = async (path: string) => (await host.readText(path).catch(() => '')).trim()
  const marker = await line(`${config.runtimeDirectory}/boot`)
  const runMarker = /^[0-9a-f]{32}$/.test(marker) ? marker : NO_RUN_MARKER
  const kernelBootId = (await line('/proc/sys/kernel/random/boot_id')) || null
  return {
    host,
    memory: await loadBootMemory(placesOf(config).bootMemory, { kernelBootId, runMarker }),
    dpkg: new DpkgWatch(),
    runMarker,
    labels: config.labels,
    componentNames: config.componentNames,
    agentVersion: AGENT_VERSION,
    factsDirectory: config.factsDirectory,
    declarations: { ...config.declarations, cloudAddresses: await cloudAddresses(config) },
  }
}

/** Asked only where agent.toml says so, as the resident agent does. */
async function cloudAddresses({ asksCloud }: AgentConfig): Promise<readonly string[]> {
  if (!asksCloud) return []
  const answer = await (await import('../cloud/metadata.ts')).askCloud()
  return answer.kind === 'told' ? answer.addresses : []
}

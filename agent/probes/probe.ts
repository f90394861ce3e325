// A probe reads one subject of a host. It answers observed, absent or failed, and never logs, sleeps or sends.
import type { FamilyFacts } from '../../shared/facts/families.ts'
import type { FirewallFacts } from '../../shared/facts/firewall.ts'
import type { ProcessesFacts } from '../../shared/facts/processes.ts'
import type { UpdatesFacts } from '../../shared/facts/updates.ts'
import type { SectionName } from '../../shared/sections/names.ts'
import type { Section } from '../../shared/sections/section.ts'
import type { Moment } from '../../shared/sections/text.ts'
import type { Host } from '../host/host.ts'
import type { Declarations } from './declarations.ts'
import type { ComponentsWatch } from './components.ts'
import type { KernelPackages } from './dpkg-kernels.ts'
import type { DpkgWatch } from './dpkg-watch.ts'
import type { FamiliesFile } from './family-facts.ts'
import type { FirewallWatch } from './firewall-watch.ts'
import type { ProcessesFile } from './process-facts.ts'
import type { Readiness } from './readiness.ts'
import type { UpdatesWatch } from './updates-watch.ts'

/**
 * What the agent remembers within one boot, persisted by the loop. Moments only ever move earlier.
 * `earliest` keeps `candidate` under `key` unless an earlier one is there, and returns the one kept.
 */
export interface BootMemory {
  earliest(key: 'sentinel' | 'kernel', candidate: Moment): Moment
  /** What is kept, or null. */
  recall(key: 'sentinel' | 'kernel'): Moment | null
  /** True once a look in this boot found no flag: a flag that is there now was seen coming. */
  sawNoFlag: boolean
  /** Host clock's idea of the boot time, fixed for the boot so that clock steps change no digest. RFC 3339. */
  bootedAt: string | null
}

/** Settings of agent.toml that travel in section `host`. */
export type HostLabels = {
  name: string | null
  application: string | null
  environment: string | null
  tags: Readonly<Record<string, string>>
  heartbeatMs: number | null
}

export type ProbeContext = {
  host: Host
  memory: BootMemory
  /** What was read last of dpkg's list; a new one for whoever begins with nothing. */
  dpkg: DpkgWatch
  /** The 128 random bits of this boot, hex; see agent/files/run-marker.ts. */
  runMarker: string
  labels: HostLabels
  agentVersion: string
  /** Directory of the facts files that one-shot scans write, on the machine (never inside a recording). */
  factsDirectory: string | null
  /** The resident agent's: it asks for scans, and waits a moment for the answer. */
  firewall?: FirewallWatch
  /** Of the firewall, where they are at hand without a file: of a recording, judged on the spot. */
  facts?: FirewallFacts
  /** The resident agent's: keeps what was parsed. */
  processes?: ProcessesFile
  /** Of processes, where they are at hand without a file. */
  processFacts?: ProcessesFacts
  /** The resident agent's: keeps what was read. */
  updates?: UpdatesWatch
  /** The resident agent's: keeps what was found in the list of packages. */
  components?: ComponentsWatch
  /** The resident agent's: keeps which kernels are in that list. */
  kernels?: KernelPackages
  /** Names of components, as agent.toml has them; null or missing: the usual ones. */
  componentNames?: readonly string[] | null
  /** Of updates, where they are at hand without a file. */
  updateFacts?: UpdatesFacts
  /** The resident agent's: keeps what was parsed. */
  families?: FamiliesFile
  /** Of what other systems than Debian's leave, where it is at hand without a file. */
  familyFacts?: FamilyFacts
  /** Without them: nothing is declared. */
  declarations?: Declarations
}

/** What somebody else looked at comes with the moment of that look, ms of uptime; without it: just now. */
export type Answer<V> = Section<V> & { readAtUptimeMs?: number }

export type Probe<V> = {
  section: SectionName
  /** For subjects that are dear to read. Without it: always ready. */
  readiness?(context: ProbeContext): Promise<Readiness>
  read(context: ProbeContext): Promise<Answer<V>>
  /** Instead of `read`, for subjects that somebody else is asked about. Null: an answer is on its way, look again soon. */
  readUnlessAwaited?(context: ProbeContext): Promise<Section<V> | null>
}

// A probe reads one subject of a host. It answers observed, absent or failed, and never logs, sleeps or sends.
import type { SectionName } from '../../shared/sections/names.ts'
import type { Section } from '../../shared/sections/section.ts'
import type { Moment } from '../../shared/sections/text.ts'
import type { Host } from '../host/host.ts'
import type { DpkgWatch } from './dpkg-watch.ts'

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
  /** The 128 random bits of this boot, hex; see agent/run-marker.ts. */
  runMarker: string
  labels: HostLabels
  agentVersion: string
  /** Directory of the facts files that one-shot scans write, on the machine (never inside a recording). */
  factsDirectory: string | null
}

/**
 * Is a subject worth reading now? `unchanged`: it is as it was read last. `busy`: somebody writes it at this moment, for
 * `reason`; look again soon. `isFirst`: nothing was read of it yet.
 */
export type Readiness = { kind: 'ready' } | { kind: 'unchanged' } | { kind: 'busy'; reason: string; isFirst: boolean }

export type Probe<V> = {
  section: SectionName
  /** For subjects that are dear to read. Without it: always ready. */
  readiness?(context: ProbeContext): Promise<Readiness>
  read(context: ProbeContext): Promise<Section<V>>
}

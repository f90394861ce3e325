// Reports as an agent makes them: sections with true digests, and the root over them.
import { rootDigest, sectionDigest } from '../../../shared/digest.ts'
import type { Report, ReportSections } from '../../../shared/protocol/report.ts'
import type { BootSection } from '../../../shared/sections/boot.ts'
import type { ComponentsSection } from '../../../shared/sections/components.ts'
import type { ExposureSection } from '../../../shared/sections/exposure.ts'
import type { HostSection } from '../../../shared/sections/host.ts'
import type { KernelSection } from '../../../shared/sections/kernel.ts'
import type { ListenersSection } from '../../../shared/sections/listeners.ts'
import type { PackagesSection } from '../../../shared/sections/packages.ts'
import type { ProcessesSection } from '../../../shared/sections/processes.ts'
import type { SentinelSection } from '../../../shared/sections/sentinel.ts'
import type { UpdatesSection } from '../../../shared/sections/updates.ts'

export const instanceOf = (n: number) => n.toString(16).padStart(32, '0')
const INSTANCE = instanceOf(1)

export const HOST: HostSection = {
  name: 'web-1',
  os: { id: 'debian', versionId: '12', prettyName: 'Debian GNU/Linux 12 (bookworm)' },
  architecture: 'x86_64',
  virtualization: { kind: 'vm', name: 'kvm' },
  addresses: [
    { interface: 'eth0', family: 4, address: '10.1.2.3', prefixLength: 24, scope: 'global' },
    { interface: 'eth0', family: 6, address: 'fe80::1', prefixLength: 64, scope: 'link' },
  ],
  machineId: 'a'.repeat(32),
  inventory: null,
  application: 'shop',
  environment: 'prod',
  tags: { rack: 'a1' },
  agentVersion: '0.1.0',
  heartbeatMs: null,
}
export const BOOT: BootSection = { kernelBootId: 'boot-1', runMarker: 'b'.repeat(32), bootedAt: '2026-11-01T00:00:00Z' }
export const KERNEL: KernelSection = {
  running: { release: '6.1.0-30-amd64', packageVersion: '6.1.124-1' },
  installed: [{ release: '6.1.0-30-amd64', package: 'linux-image-6.1.0-30-amd64', packageVersion: '6.1.124-1' }],
  bootDefault: null,
  newestInstalled: null,
}
export const LISTENERS: ListenersSection = [
  { protocol: 'tcp', family: 4, address: '0.0.0.0', port: 443, verdict: 'unknown', reason: 'not-scanned' },
  { protocol: 'tcp', family: 4, address: '127.0.0.1', port: 5432, verdict: 'filtered', reason: 'loopback-bind' },
]
export const PACKAGES: PackagesSection = ['libssl3:amd64=3.0.17-1~deb12u2', 'openssl:amd64=3.0.17-1~deb12u2']
export const EXPOSURE: ExposureSection = { tools: ['nft'] }
export const PROCESSES: ProcessesSection = { outdated: [], count: 0, missing: null }
export const UPDATES: UpdatesSection = {
  runs: [],
  pending: null,
  unattendedUpgrades: null,
  missing: { pending: 'not scanned', unattendedUpgrades: 'not scanned' },
}
export const NO_FLAG: SentinelSection = {
  present: false,
  stale: false,
  packages: [],
  packagesProblem: null,
  text: null,
  sources: [],
  since: null,
}
export const FLAG: SentinelSection = {
  ...NO_FLAG,
  present: true,
  packages: ['libssl3'],
  text: '*** System restart required ***',
  sources: ['/run/reboot-required'],
  since: { uptimeMs: 40_000, quality: 'exact' },
}

type Observed<V> = { digest: string; outcome: 'observed'; reason: null; readAgoMs: number; value: V }
type Unseen = { digest: string; outcome: 'absent' | 'failed'; reason: string; readAgoMs: number; value: null }

export function whole<V>(value: V, readAgoMs = 0): Observed<V> {
  const said = { outcome: 'observed', reason: null, value } as const
  return { digest: sectionDigest(said), readAgoMs, ...said }
}

export function unseen(outcome: 'absent' | 'failed', reason: string, readAgoMs = 0): Unseen {
  const said = { outcome, reason, value: null } as const
  return { digest: sectionDigest(said), readAgoMs, ...said }
}

export function digestOnly<S extends { value?: unknown }>(section: S): Omit<S, 'value'> {
  const { value: _, ...rest } = section
  return rest
}

export function rootOf(sections: ReportSections): string {
  return rootDigest(Object.fromEntries(Object.entries(sections).map(([name, { digest }]) => [name, digest])))
}

export const COMPONENTS: ComponentsSection = {
  components: [{ name: 'nginx', version: '1.22.1-9', source: 'package', path: null }],
  missing: null,
}

/** What a healthy host says; `change` replaces sections. */
export function sectionsWith(change: ReportSections = {}): ReportSections {
  return {
    host: whole(HOST),
    boot: whole(BOOT),
    sentinel: whole(NO_FLAG),
    kernel: whole(KERNEL),
    listeners: whole(LISTENERS),
    packages: whole(PACKAGES),
    exposure: whole(EXPOSURE),
    processes: whole(PROCESSES),
    updates: whole(UPDATES),
    components: whole(COMPONENTS),
    ...change,
  }
}

type Envelope = { instance?: string; seq: number; uptimeMs?: number; root?: string; boot?: BootSection }

/** `root` is that of `sections` unless given: a report with some sections only names the root of all. */
export function reportOf(sections: ReportSections, envelope: Envelope): Report {
  const { seq } = envelope
  return { proto: 1, instance: INSTANCE, uptimeMs: 100_000 + seq, root: rootOf(sections), ...envelope, sections }
}

export function heartbeatOf(sections: ReportSections, envelope: Envelope): Report {
  const { sections: _, ...rest } = reportOf(sections, envelope)
  return rest
}

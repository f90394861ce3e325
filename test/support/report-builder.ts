// Reports as an agent would send them: sequence, digests and root always agree with what the report says.
import { randomBytes } from 'node:crypto'
import { rootDigest, sectionDigest } from '../../shared/digest.ts'
import type { Report, ReportSections } from '../../shared/protocol/report.ts'
import type { BootSection } from '../../shared/sections/boot.ts'
import type { ComponentsSection } from '../../shared/sections/components.ts'
import type { ExposureSection } from '../../shared/sections/exposure.ts'
import type { HostSection } from '../../shared/sections/host.ts'
import type { KernelSection } from '../../shared/sections/kernel.ts'
import type { ListenersSection } from '../../shared/sections/listeners.ts'
import { SECTION_NAMES } from '../../shared/sections/names.ts'
import type { PackagesSection } from '../../shared/sections/packages.ts'
import type { ProcessesSection } from '../../shared/sections/processes.ts'
import { observed, type Section } from '../../shared/sections/section.ts'
import type { SentinelSection } from '../../shared/sections/sentinel.ts'
import type { UpdatesSection } from '../../shared/sections/updates.ts'

export type HostState = {
  host: Section<HostSection>
  boot: Section<BootSection>
  sentinel: Section<SentinelSection>
  kernel: Section<KernelSection>
  listeners: Section<ListenersSection>
  packages: Section<PackagesSection>
  exposure: Section<ExposureSection>
  processes: Section<ProcessesSection>
  updates: Section<UpdatesSection>
  components: Section<ComponentsSection>
}

const NOT_SCANNED = { pending: 'not scanned', unattendedUpgrades: 'not scanned' }
const UPTIME_AT_START_MS = 3_600_000

export class ReportBuilder {
  /** What the host looks like now; change it and send the next report. */
  readonly state: HostState
  readonly instance = randomBytes(16).toString('hex')
  #uptimeMs = UPTIME_AT_START_MS

  constructor(name: string) {
    this.state = {
      host: observed(quietHost(name)),
      boot: observed({ kernelBootId: 'boot-1', runMarker: '1'.repeat(32), bootedAt: null }),
      sentinel: observed(noFlag()),
      kernel: observed({
        running: { release: '6.1.0-30-amd64', packageVersion: null },
        installed: [],
        bootDefault: null,
        newestInstalled: null,
      }),
      listeners: observed([]),
      packages: observed(['libssl3:amd64=3.0.17-1~deb12u2']),
      exposure: observed({ tools: ['nft'] }),
      processes: observed({ outdated: [], count: 0, missing: null }),
      updates: observed({ runs: [], pending: null, unattendedUpgrades: null, missing: NOT_SCANNED }),
      components: observed({ components: [], missing: null }),
    }
  }

  /** The flag is there, for `packages`. */
  raiseFlag(packages: string[] = ['libssl3']): void {
    this.state.sentinel = observed({
      ...noFlag(),
      present: true,
      packages,
      text: '*** System restart required ***',
      sources: ['/run/reboot-required'],
      since: { uptimeMs: this.#uptimeMs, quality: 'observed' },
    })
  }

  clearFlag(): void {
    this.state.sentinel = observed(noFlag())
  }

  /** The next report, with every section whole. */
  whole(overrides: Partial<Report> = {}): Report {
    const sections: ReportSections = {}
    for (const name of SECTION_NAMES) {
      const section = this.state[name]
      Object.assign(sections, { [name]: { digest: sectionDigest(section), ...section, readAgoMs: 0 } })
    }
    const { value } = this.state.boot
    const boot = value === null ? {} : { boot: value }
    return { ...this.heartbeat(), ...boot, sections, ...overrides }
  }

  /** Nothing but the root. */
  heartbeat(): Report {
    this.#uptimeMs += 1_000
    const digests = SECTION_NAMES.map((name) => [name, sectionDigest(this.state[name])])
    const root = rootDigest(Object.fromEntries(digests) as Record<string, string>)
    return { proto: 1, instance: this.instance, seq: this.#uptimeMs, uptimeMs: this.#uptimeMs, root }
  }
}

export function noFlag(): SentinelSection {
  return { present: false, stale: false, packages: [], packagesProblem: null, text: null, sources: [], since: null }
}

export function quietHost(name: string): HostSection {
  return {
    name,
    os: { id: 'debian', versionId: '12', prettyName: 'Debian GNU/Linux 12 (bookworm)' },
    architecture: 'x86_64',
    virtualization: { kind: 'vm', name: 'kvm' },
    addresses: [],
    machineId: null,
    inventory: null,
    application: null,
    environment: null,
    tags: {},
    agentVersion: '0.1.0',
    heartbeatMs: null,
  }
}

// A healthy server, and ways to say what is different about it. Times are literals: nothing here looks at a clock.
import type { Contact, Observation, ObservedSections, Subject } from '../../../shared/judgement/subject.ts'
import type { HostSection } from '../../../shared/sections/host.ts'
import type { KernelSection } from '../../../shared/sections/kernel.ts'
import type { SentinelSection } from '../../../shared/sections/sentinel.ts'

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const NOW = Date.UTC(2026, 0, 15, 12)

export function observed<V>(value: V, readAt = NOW): Observation<V> {
  return { outcome: 'observed', reason: null, readAt, value, failedSince: null }
}

export function failing<V>(value: V | null, failedSince: number, reason = 'EACCES'): Observation<V> {
  return { outcome: 'failed', reason, readAt: failedSince, value, failedSince }
}

export function absent(reason = 'no /boot'): Observation<never> {
  return { outcome: 'absent', reason, readAt: NOW, value: null, failedSince: null }
}

export function flag(change: Partial<SentinelSection> = {}): SentinelSection {
  return {
    present: true,
    stale: false,
    packages: ['libssl3'],
    packagesProblem: null,
    text: '*** System restart required ***',
    sources: ['/run/reboot-required'],
    since: null,
    ...change,
  }
}

export const NO_FLAG = flag({ present: false, packages: [], text: null, sources: [] })

/** Releases as installed kernels of Debian packages; `running` runs. */
export function kernels(running: string, installed: string[], change: Partial<KernelSection> = {}): KernelSection {
  return {
    running: { release: running, packageVersion: null },
    installed: installed.map((release) => ({ release, package: `linux-image-${release}`, packageVersion: null })),
    bootDefault: null,
    newestInstalled: null,
    ...change,
  }
}

const CURRENT_KERNEL = kernels('6.1.0-56-amd64', ['6.1.0-56-amd64'])

export function hostOf(kind: HostSection['virtualization']['kind'], name: string | null = null): HostSection {
  return {
    name: 'web-1',
    os: { id: 'debian', versionId: '12', prettyName: 'Debian GNU/Linux 12 (bookworm)' },
    architecture: 'x86_64',
    virtualization: { kind, name },
    addresses: [{ interface: 'eth0', family: 4, address: '192.0.2.7', prefixLength: 24, scope: 'global' }],
    machineId: null,
    inventory: null,
    application: 'shop',
    environment: 'prod',
    tags: { role: 'web' },
    agentVersion: '0.1.0',
    heartbeatMs: null,
  }
}

export const BOOT_A = { kernelBootId: 'aaaaaaaa-0000-0000-0000-000000000000', runMarker: 'a'.repeat(32) }
export const BOOT_B = { kernelBootId: 'bbbbbbbb-0000-0000-0000-000000000000', runMarker: 'b'.repeat(32) }

export function contact(lastAt: number | null, change: Partial<Contact> = {}): Contact {
  return { lastAt, heartbeatMs: MINUTE, goodbyeAt: null, ...change }
}

export function subject(sections: ObservedSections = {}, change: Partial<Subject> = {}): Subject {
  return {
    application: null,
    sections: {
      host: observed(hostOf('vm', 'kvm')),
      boot: observed({ ...BOOT_A, bootedAt: null }),
      sentinel: observed(NO_FLAG),
      kernel: observed(CURRENT_KERNEL),
      ...sections,
    },
    since: null,
    contact: contact(NOW),
    ...change,
  }
}

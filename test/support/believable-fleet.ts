// Servers as a small company has them, judged by the real judge: for page tests and for the pictures in the README.
// The moment is fixed, so that every text on a page can be told beforehand.
import { conclude } from '../../shared/judgement/judge.ts'
import { DEFAULT_POLICY } from '../../shared/judgement/policy.ts'
import type { Observation, Since } from '../../shared/judgement/subject.ts'
import type { Exposure, Lifecycle } from '../../shared/judgement/verdict.ts'
import type { HostSection } from '../../shared/sections/host.ts'
import type { KernelSection } from '../../shared/sections/kernel.ts'
import type { SentinelSection } from '../../shared/sections/sentinel.ts'
import { Projection } from '../../collector/changes/projection.ts'
import type { ServerRecord } from '../../collector/store/records.ts'

export const FLEET_NOW = Date.parse('2026-11-22T10:22:07Z')
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

export type ServerSeed = {
  name: string
  id?: string
  application?: string | null
  environment?: string | null
  os?: string
  tags?: Record<string, string>
  virtualization?: HostSection['virtualization']
  addresses?: string[]
  /** Names the flag lists; null: there is no flag. 'unreadable': we could not look. */
  flag?: string[] | null | 'unreadable'
  /** Installed kernel releases; the first one runs. */
  kernels?: [string, ...string[]]
  /** How long the need stands. */
  pendingMs?: number
  quality?: Since['quality']
  heardAgoMs?: number | null
  exposure?: Exposure
  livepatchCovers?: boolean
  lifecycle?: Lifecycle
  revision?: number
}

/** A record as the store would hold it, with the verdict of the default policy at `now`. */
export function serverRecord(seed: ServerSeed, now = FLEET_NOW): ServerRecord {
  const heardAgoMs = seed.heardAgoMs === undefined ? 8_000 : seed.heardAgoMs
  const heardAt = heardAgoMs === null ? null : now - heardAgoMs
  const since = { at: now - (seed.pendingMs ?? 0), quality: seed.quality ?? 'observed' }
  const readAt = heardAt ?? now
  const sections =
    heardAt === null
      ? {}
      : {
          host: observation(hostSection(seed), readAt - 20 * MINUTE_MS),
          sentinel: sentinelObservation(seed, readAt),
          kernel: observation(kernelSection(seed), readAt - 2 * MINUTE_MS),
        }
  const boot = { kernelBootId: '5c1d3a52-8c1f-4f0a-9d43-1b7e0a6f2c11', runMarker: '9f2c4e7a1b3d5f60718293a4b5c6d7e8' }
  const { verdict } = conclude(
    {
      application: seed.application ?? null,
      sections,
      since,
      contact: { lastAt: heardAt, heartbeatMs: MINUTE_MS, goodbyeAt: null },
      boot,
      ...(seed.exposure === undefined ? {} : { exposure: seed.exposure }),
      ...(seed.livepatchCovers === undefined ? {} : { livepatchCovers: seed.livepatchCovers }),
    },
    DEFAULT_POLICY,
    now,
  )
  return {
    id: seed.id ?? idOf(seed.name),
    credentialHash: `hash-of-${seed.name}`,
    joinKeyId: null,
    lifecycle: seed.lifecycle ?? 'active',
    enrolledName: seed.name,
    joinKeyApplication: null,
    ephemeral: false,
    machineId: null,
    createdAt: now - 200 * DAY_MS,
    acceptance: { instance: null, seq: 0, root: null, complete: true, digests: {}, formerInstances: [], returnsAt: [] },
    boot: { ...boot, bootedAt: now - 120 * DAY_MS, moments: {}, since },
    sections,
    heartbeatMs: MINUTE_MS,
    lastContactAt: heardAt,
    lastReportAt: heardAt,
    verdict,
    revision: seed.revision ?? 1,
  }
}

/** Nothing in it that this version cannot find out: exposure is unknown everywhere. */
export function believableFleet(now = FLEET_NOW): ServerRecord[] {
  return SEEDS.map((seed) => serverRecord(seed, now))
}

export function projectionOf(fleet: readonly ServerRecord[]): Projection {
  return new Projection({ loadServers: () => fleet, onCommit: () => () => {} })
}

const DEBIAN_12 = 'Debian GNU/Linux 12 (bookworm)'
const DEBIAN_13 = 'Debian GNU/Linux 13 (trixie)'
const UBUNTU_24 = 'Ubuntu 24.04.3 LTS'
const NEWER: [string, string] = ['6.1.0-39-amd64', '6.1.0-41-amd64']

const SEEDS: readonly ServerSeed[] = [
  {
    name: 'web-03',
    application: 'shop',
    environment: 'prod',
    os: DEBIAN_12,
    tags: { rack: 'b2', tier: 'edge' },
    addresses: ['198.51.100.23', '2001:db8:20::23'],
    flag: ['linux-image-6.1.0-41-amd64', 'libssl3'],
    kernels: NEWER,
    pendingMs: 41 * DAY_MS + 3 * HOUR_MS,
  },
  {
    name: 'db-01',
    application: 'shop',
    environment: 'prod',
    os: DEBIAN_12,
    flag: ['linux-image-6.1.0-41-amd64'],
    kernels: NEWER,
    pendingMs: 33 * DAY_MS + 9 * HOUR_MS,
    quality: 'exact',
  },
  {
    name: 'mail-01',
    application: 'mail',
    environment: 'prod',
    os: UBUNTU_24,
    flag: ['libc6', 'dbus', 'systemd'],
    pendingMs: 3 * DAY_MS + 5 * HOUR_MS,
    heardAgoMs: 2 * HOUR_MS + 14 * MINUTE_MS,
  },
  { name: 'build-07', application: 'ci', environment: 'internal', os: DEBIAN_13, heardAgoMs: 47 * MINUTE_MS },
  {
    name: 'web-01',
    application: 'shop',
    environment: 'prod',
    os: DEBIAN_12,
    flag: ['linux-image-6.1.0-41-amd64', 'libssl3', 'libc6'],
    kernels: NEWER,
    pendingMs: 9 * DAY_MS + 4 * HOUR_MS,
  },
  {
    name: 'api-02',
    application: 'shop',
    environment: 'prod',
    os: UBUNTU_24,
    flag: [],
    pendingMs: 6 * DAY_MS + 2 * HOUR_MS,
    quality: 'upper-bound',
    heardAgoMs: 31_000,
  },
  {
    name: 'web-02',
    application: 'shop',
    environment: 'prod',
    os: DEBIAN_12,
    flag: ['libssl3'],
    pendingMs: 37 * MINUTE_MS,
    heardAgoMs: 3_000,
  },
  { name: 'cache-01', application: 'shop', environment: 'prod', os: DEBIAN_13, flag: 'unreadable' },
  { name: 'api-01', application: 'shop', environment: 'prod', os: UBUNTU_24, heardAgoMs: 22_000 },
  { name: 'backup-01', application: 'backup', environment: 'internal', os: DEBIAN_13, heardAgoMs: 54_000 },
  {
    name: 'build-06',
    application: 'ci',
    environment: 'internal',
    os: DEBIAN_13,
    virtualization: { kind: 'container', name: 'lxc' },
    heardAgoMs: 17_000,
  },
  { name: 'db-02', application: 'shop', environment: 'prod', os: DEBIAN_12, heardAgoMs: 41_000 },
  { name: 'staging-01', application: 'shop', environment: 'staging', os: DEBIAN_13, heardAgoMs: 12_000 },
]

function sentinelObservation(seed: ServerSeed, readAt: number): Observation<SentinelSection> {
  if (seed.flag !== 'unreadable') return observation(sentinelSection(seed.flag ?? null), readAt)
  const failedSince = readAt - HOUR_MS
  return { outcome: 'failed', reason: 'EACCES: /run/reboot-required', readAt, value: null, failedSince }
}

function sentinelSection(packages: string[] | null): SentinelSection {
  return {
    present: packages !== null,
    stale: false,
    packages: packages ?? [],
    packagesProblem: null,
    text: packages === null ? null : '*** System restart required ***',
    sources: packages === null ? [] : ['/run/reboot-required'],
    since: null,
  }
}

function kernelSection({ kernels = ['6.1.0-41-amd64'] }: ServerSeed): KernelSection {
  return {
    running: { release: kernels[0], packageVersion: null },
    installed: kernels.map((release) => ({ release, package: `linux-image-${release}`, packageVersion: null })),
    bootDefault: null,
    newestInstalled: null,
  }
}

function hostSection(seed: ServerSeed): HostSection {
  return {
    name: seed.name,
    os: { id: null, versionId: null, prettyName: seed.os ?? DEBIAN_12 },
    architecture: 'x86_64',
    virtualization: seed.virtualization ?? { kind: 'vm', name: 'kvm' },
    addresses: (seed.addresses ?? ['10.20.0.14']).map((address) => ({
      interface: 'eth0',
      family: address.includes(':') ? 6 : 4,
      address,
      prefixLength: address.includes(':') ? 64 : 24,
      scope: 'global',
    })),
    machineId: null,
    inventory: null,
    application: seed.application ?? null,
    environment: seed.environment ?? null,
    tags: seed.tags ?? {},
    agentVersion: '0.1.0',
    heartbeatMs: null,
  }
}

function observation<V>(value: V, readAt: number): Observation<V> {
  return { outcome: 'observed', reason: null, readAt, value, failedSince: null }
}

/** The form of a server id: `s` and 26 characters of lower-case base32. */
function idOf(name: string): string {
  const text = name.replace(/[^a-z2-7]/g, '').padEnd(26, 'a')
  return `s${text.slice(0, 26)}`
}

// Servers as a company has them, all of them invented. Pure: the same number and moment give the same server.
import { DEFAULT_POLICY } from '../../shared/judgement/policy.ts'
import type { Observation, ObservedSections } from '../../shared/judgement/subject.ts'
import { conclude } from '../../shared/judgement/judge.ts'
import {
  summarizeComponents,
  summarizeListeners,
  summarizeProcesses,
  summarizeUpdates,
} from '../../shared/sections/summaries.ts'
import type { ListenersSection } from '../../shared/sections/listeners.ts'
import { NEVER_ACCEPTED } from '../ingest/accept.ts'
import { judgeRecord } from '../ingest/judge-record.ts'
import type { ServerRecord, StoredValues } from '../store/records.ts'
import { demoProcesses, demoUpdates } from './demo-changes.ts'
import { demoComponents } from './demo-components.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const APPLICATIONS = ['shop', 'shop', 'shop', 'mail', 'ci', 'backup', 'billing', null] as const
const ROLES = ['web', 'api', 'db', 'cache', 'worker', 'build', 'proxy'] as const
const SYSTEMS = [
  {
    name: 'debian-12',
    prettyName: 'Debian GNU/Linux 12 (bookworm)',
    id: 'debian',
    versionId: '12',
    kernel: '6.1.0-',
    abi: 41,
    suffix: '-amd64',
  },
  {
    name: 'debian-13',
    prettyName: 'Debian GNU/Linux 13 (trixie)',
    id: 'debian',
    versionId: '13',
    kernel: '6.12.',
    abi: 57,
    suffix: '+deb13-amd64',
  },
  {
    name: 'ubuntu-24.04',
    prettyName: 'Ubuntu 24.04.3 LTS',
    id: 'ubuntu',
    versionId: '24.04',
    kernel: '6.8.0-',
    abi: 88,
    suffix: '-generic',
  },
] as const
const FLAGS = [['libssl3'], ['libc6', 'dbus', 'systemd'], ['linux-base'], ['libc6']] as const
const PORTS = [
  [22, 'ssh.service'],
  [443, 'nginx.service'],
  [5432, 'postgresql@15-main.service'],
  [6379, 'redis-server.service'],
  [25, 'postfix.service'],
] as const

export type DemoServer = { record: ServerRecord; stored: DemoValues; isHeard: boolean }
/** Of the sections that may be large, what the store keeps beside the record. */
export type DemoValues = Pick<StoredValues, 'listeners' | 'processes' | 'updates' | 'components'>

export type DemoIdentity = { id: string; credentialHash: string }

/** `index` from 0; `id` and `credentialHash` are the caller's: they must be one of a kind. */
export function demoServer(index: number, now: number, identity: DemoIdentity): DemoServer {
  const chance = (salt: number, of: number) => mix(index, salt) % of
  const isHeard = chance(1, 40) !== 0
  const heardAt = now - (isHeard ? chance(2, 55) * 1_000 : 2 * HOUR_MS + chance(3, 9) * DAY_MS)
  const pendingMs = chance(4, 8) === 0 ? HOUR_MS + chance(5, 8) ** 2 * DAY_MS + chance(6, 24) * HOUR_MS : null
  const stored = storedOf(chance, heardAt)
  const record: ServerRecord = {
    ...identity,
    joinKeyId: null,
    lifecycle: 'active',
    enrolledName: nameOf(index),
    joinKeyApplication: null,
    ephemeral: false,
    machineId: null,
    createdAt: now - 200 * DAY_MS - chance(7, 100) * DAY_MS,
    acceptance: { ...NEVER_ACCEPTED, complete: true },
    boot: {
      kernelBootId: null,
      runMarker: mix(index, 8).toString(16).padStart(32, '0'),
      bootedAt: now - 70 * DAY_MS - chance(9, 90) * DAY_MS,
      moments: {},
      since: pendingMs === null ? null : { at: now - pendingMs, quality: 'observed' },
    },
    sections: sectionsOf(index, chance, heardAt, pendingMs !== null, stored),
    heartbeatMs: MINUTE_MS,
    lastContactAt: heardAt,
    lastReportAt: heardAt,
    verdict: conclude(NOTHING, DEFAULT_POLICY, now).verdict,
    revision: 0,
  }
  return { record: judgeRecord(record, heardAt, DEFAULT_POLICY, now, null).record, stored, isHeard }
}

const NOTHING = {
  application: null,
  sections: {},
  since: null,
  contact: { lastAt: null, heartbeatMs: MINUTE_MS, goodbyeAt: null },
}

function nameOf(index: number): string {
  const role = ROLES[index % ROLES.length] ?? 'web'
  return `${role}-${String(Math.floor(index / ROLES.length) + 1).padStart(2, '0')}.demo.example`
}

type Chance = (salt: number, of: number) => number

function sectionsOf(
  index: number,
  chance: Chance,
  readAt: number,
  isPending: boolean,
  stored: DemoValues,
): ObservedSections {
  const system = systemOf(chance)
  const isKernel = isPending && chance(11, 2) === 0
  const flag = isPending ? (FLAGS[chance(12, FLAGS.length)] ?? FLAGS[0]) : null
  const release = (abi: number) => `${system.kernel}${abi}${system.suffix}`
  const releases = isKernel ? [release(system.abi - 2), release(system.abi)] : [release(system.abi)]
  const [running = ''] = releases
  return {
    host: observation(readAt, {
      name: nameOf(index),
      os: { id: system.id, versionId: system.versionId, prettyName: system.prettyName },
      architecture: 'x86_64',
      virtualization: { kind: 'vm', name: 'kvm' },
      addresses: [
        // RFC 2544's block for measurements: nobody's addresses.
        {
          interface: 'eth0',
          family: 4,
          address: `198.18.${(index >> 8) & 255}.${index & 255}`,
          prefixLength: 16,
          scope: 'global',
        },
      ],
      machineId: null,
      inventory: null,
      application: APPLICATIONS[chance(13, APPLICATIONS.length)] ?? null,
      environment: chance(14, 6) === 0 ? 'staging' : 'prod',
      tags: chance(15, 4) === 0 ? { tier: 'edge' } : {},
      agentVersion: '0.1.0',
      heartbeatMs: null,
    }),
    sentinel: sentinelOf(readAt, flag, chance(16, 150) === 0),
    kernel: observation(readAt, {
      running: { release: running, packageVersion: null },
      installed: releases.map((one) => ({ release: one, package: `linux-image-${one}`, packageVersion: null })),
      bootDefault: null,
      newestInstalled: null,
    }),
    listeners: observation(readAt, summarizeListeners(stored.listeners)),
    packages: observation(readAt, { count: 400 + chance(17, 1_200) }),
    exposure: observation(readAt, { tools: ['nft'] }),
    processes: observation(readAt, summarizeProcesses(stored.processes)),
    updates: observation(readAt, summarizeUpdates(stored.updates)),
    components: observation(readAt, summarizeComponents(stored.components)),
  }
}

function sentinelOf(
  readAt: number,
  flag: readonly string[] | null,
  isUnreadable: boolean,
): Required<ObservedSections>['sentinel'] {
  if (isUnreadable) {
    return {
      outcome: 'failed',
      reason: 'EACCES: /run/reboot-required',
      readAt,
      value: null,
      failedSince: readAt - HOUR_MS,
    }
  }
  return observation(readAt, {
    present: flag !== null,
    stale: false,
    packages: [...(flag ?? [])],
    packagesProblem: null,
    text: flag === null ? null : '*** System restart required ***',
    sources: flag === null ? [] : ['/run/reboot-required'],
    since: null,
  })
}

function systemOf(chance: Chance): (typeof SYSTEMS)[number] {
  return SYSTEMS[chance(10, SYSTEMS.length)] ?? SYSTEMS[0]
}

function storedOf(chance: Chance, readAt: number): DemoValues {
  const { name: system } = systemOf(chance)
  const [, unit] = portOf(chance)
  return {
    listeners: listenersOf(chance),
    processes: demoProcesses(chance, system, unit),
    updates: demoUpdates(chance, system, readAt),
    components: demoComponents(chance, system, unit),
  }
}

const portOf = (chance: Chance) => PORTS[chance(18, PORTS.length)] ?? PORTS[0]

/** One port of each: bound to itself, let in by a rule, stopped by a policy, or not known whether anybody leads there. */
function listenersOf(chance: Chance): ListenersSection {
  const [port, unit] = portOf(chance)
  switch (chance(19, 6)) {
    case 0:
      return [row('127.0.0.1', port, unit, 'filtered', 'loopback-bind')]
    case 1:
    case 2:
      return [{ ...row('0.0.0.0', port, unit, 'exposed', 'accept-rule'), rule: `tcp dport ${port} accept`, share: 1 }]
    case 3:
      return [row('0.0.0.0', port, unit, 'unknown', 'maybe-nat-mapped')]
    default:
      return [
        { ...row('0.0.0.0', port, unit, 'filtered', 'policy-drop'), rule: 'inet filter input policy drop', share: 0 },
      ]
  }
}

function row(
  address: string,
  port: number,
  unit: string,
  verdict: ListenersSection[number]['verdict'],
  reason: string,
): ListenersSection[number] {
  return { protocol: 'tcp', family: 4, address, port, unit, verdict, reason }
}

function observation<V>(readAt: number, value: V): Observation<V> {
  return { outcome: 'observed', reason: null, readAt, value, failedSince: null }
}

/** A whole number that looks like chance (the finalizer of MurmurHash3). */
export function mix(index: number, salt: number): number {
  let h = Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca77)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

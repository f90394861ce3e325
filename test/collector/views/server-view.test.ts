import type { Observation } from '../../../shared/judgement/subject.ts'
import type { ExposureSection } from '../../../shared/sections/exposure.ts'
import type { Listener } from '../../../shared/sections/listeners.ts'
import type { OutdatedGroup } from '../../../shared/sections/processes.ts'
import { summarizeListeners, summarizeProcesses } from '../../../shared/sections/summaries.ts'
import { describe, expect, it } from 'vitest'
import { toServerDocument, toServerItem } from '../../../collector/views/server-view.ts'
import {
  absent,
  contact,
  DAY,
  failing,
  flag,
  HOUR,
  hostOf,
  MINUTE,
  NOW,
  observed,
} from '../../shared/judgement/subjects.ts'
import { recordOf, serverId } from '../../support/judged-record.ts'

const REQUIRED = { sentinel: observed(flag()) }
const SINCE = { since: { at: NOW - 9 * DAY - 4 * HOUR, quality: 'exact' as const } }

describe('the document of a server', () => {
  it('has the keys of the contract in their order', () => {
    const listed = `id name application environment tags lifecycle
      state lastKnown reporting exposure promoted reasons snoozed headline
      since sinceQuality staleAt packages openPorts openPortsMore outdated
      os kernel agentVersion bootId bootedAt lastReportAt revision`
    const rest = `signals listeners portDeclarations firewall outdatedProcesses pending components componentsMissing packagesCount
      unattendedUpgrades packageRuns updatesMissing fixes addresses virtualization sections`

    expect(Object.keys(toServerItem(recordOf(1), NOW, NOW)).join(' ')).toBe(listed.replaceAll(/\s+/g, ' '))
    expect(Object.keys(toServerDocument(recordOf(1), NOW, NOW)).join(' ')).toBe(
      `${listed} ${rest}`.replaceAll(/\s+/g, ' '),
    )
  })

  it('says what is known of a server that needs a restart', () => {
    expect(toServerDocument(recordOf(1, REQUIRED, SINCE), NOW - MINUTE, NOW)).toMatchObject({
      id: serverId(1),
      name: 'web-1',
      application: 'shop',
      environment: 'prod',
      tags: { role: 'web' },
      lifecycle: 'active',
      state: 'restart-required',
      lastKnown: null,
      reporting: 'current',
      headline: 'Restart required for 9 d 4 h (libssl3).',
      since: '2026-01-06T08:00:00.000Z',
      sinceQuality: 'exact',
      staleAt: '2026-02-05T08:00:00.000Z',
      packages: ['libssl3'],
      os: 'Debian GNU/Linux 12 (bookworm)',
      kernel: '6.1.0-56-amd64',
      agentVersion: '0.1.0',
      bootId: `aaaaaaaa-0000-0000-0000-000000000000/${'a'.repeat(32)}`,
      bootedAt: '2026-01-15T12:00:00.000Z',
      lastReportAt: '2026-01-15T11:59:00.000Z',
      revision: 7,
      addresses: ['192.0.2.7'],
      virtualization: 'kvm',
    })
  })

  it('shows each signal with its evidence and nothing besides', () => {
    expect(toServerDocument(recordOf(1, REQUIRED), NOW, NOW).signals[0]).toEqual({
      name: 'reboot-flag',
      value: '*** System restart required *** (libssl3)',
      source: '/run/reboot-required',
      readAt: '2026-01-15T12:00:00.000Z',
      role: 'decides',
      says: 'required',
      why: 'Packages asked for a restart.',
    })
  })

  it('tells a section that could not be read from one that is not there', () => {
    const record = recordOf(1, { sentinel: failing(flag(), NOW - MINUTE, 'EIO'), kernel: absent('no /boot') })

    expect(toServerDocument(record, NOW, NOW).sections).toEqual({
      host: { outcome: 'observed', reason: null, readAt: '2026-01-15T12:00:00.000Z' },
      boot: { outcome: 'observed', reason: null, readAt: '2026-01-15T12:00:00.000Z' },
      sentinel: { outcome: 'failed', reason: 'EIO', readAt: '2026-01-15T11:59:00.000Z' },
      kernel: { outcome: 'absent', reason: 'no /boot', readAt: '2026-01-15T12:00:00.000Z' },
    })
  })

  it('tells whose rules the ports were judged from, and when they were read', () => {
    const firewallOf = (exposure?: Observation<ExposureSection>) =>
      toServerDocument(recordOf(1, exposure === undefined ? {} : { exposure }), NOW, NOW).firewall

    expect(firewallOf(observed({ tools: ['nft'] }, NOW - MINUTE))).toEqual({
      tools: ['nft'],
      readable: true,
      readAt: '2026-01-15T11:59:00.000Z',
    })
    expect(firewallOf(observed({ tools: [] }))).toMatchObject({ tools: [], readable: true })
    // What was there when it could be read last is not what is there.
    expect(firewallOf(failing({ tools: ['nft'] }, NOW - MINUTE))).toMatchObject({ tools: null, readable: false })
    expect(firewallOf(absent('not recorded'))).toBeNull()
    expect(firewallOf()).toBeNull()
  })

  it('names the kernel a host is given from outside, where an agent tells it', () => {
    const kernel = absent('no kernel image is installed')
    const onHost = (told: object) => recordOf(1, { host: observed({ ...hostOf('vm'), ...told }), kernel })

    expect(toServerItem(onHost({ kernelRelease: '6.18.5-fc' }), NOW, NOW).kernel).toBe('6.18.5-fc')
    expect(toServerItem(onHost({ kernelRelease: null }), NOW, NOW).kernel).toBeNull()
    expect(toServerItem(onHost({}), NOW, NOW).kernel).toBeNull()
  })

  it('has null for everything nobody has reported yet', () => {
    const record = { ...recordOf(1, {}, { contact: contact(null) }), sections: {}, boot: null }

    expect(toServerDocument(record, null, NOW)).toMatchObject({
      name: 'server-1',
      application: null,
      environment: null,
      tags: {},
      since: null,
      packages: null,
      os: null,
      kernel: null,
      agentVersion: null,
      bootId: null,
      bootedAt: null,
      lastReportAt: null,
      addresses: null,
      virtualization: null,
      sections: {},
      openPorts: null,
      pending: null,
      unattendedUpgrades: null,
    })
  })

  it('prefers the application bound to the join key', () => {
    expect(toServerItem({ ...recordOf(1), joinKeyApplication: 'bank' }, NOW, NOW).application).toBe('bank')
  })

  it.each([
    [{ id: 'debian', versionId: '12', prettyName: null }, 'debian 12'],
    [{ id: 'arch', versionId: null, prettyName: null }, 'arch'],
    [{ id: null, versionId: null, prettyName: null }, null],
  ])('names the system %j as %s', (os, text) => {
    expect(toServerItem(recordOf(1, { host: observed({ ...hostOf('vm'), os }) }), NOW, NOW).os).toBe(text)
  })

  it.each([
    ['vm', 'kvm', 'kvm'],
    ['container', null, 'container'],
    ['none', null, 'none'],
    ['unknown', null, null],
  ] as const)('says of a %s named %s that it runs on %s', (kind, name, text) => {
    expect(toServerDocument(recordOf(1, { host: observed(hostOf(kind, name)) }), NOW, NOW).virtualization).toBe(text)
  })

  it('leaves out addresses that only the host itself reaches', () => {
    const entry = { interface: 'lo', family: 4 as const, prefixLength: 8 }
    const addresses = [
      { ...entry, address: '127.0.0.1', scope: 'host' as const },
      { ...entry, address: '192.0.2.7', scope: 'global' as const },
      { ...entry, address: 'fe80::1', scope: 'link' as const },
      { ...entry, address: '192.0.2.7', scope: 'global' as const },
    ]
    const record = recordOf(1, { host: observed({ ...hostOf('vm'), addresses }) })

    expect(toServerDocument(record, NOW, NOW).addresses).toEqual(['192.0.2.7', 'fe80::1'])
  })

  it('tells when a silent server was really heard, not from when the collector counts', () => {
    const record = recordOf(1, {}, { contact: contact(NOW - HOUR) })

    const item = toServerItem(record, NOW - 3 * HOUR, NOW)

    expect(item).toMatchObject({
      state: 'unknown',
      lastKnown: { state: 'ok', at: '2026-01-15T09:00:00.000Z' },
      headline: 'Silent for 3 h; no restart was needed when last heard.',
    })
  })

  it('writes a date for whatever time a host may claim', () => {
    const item = toServerItem(recordOf(1, REQUIRED, { since: { at: -9.1e15, quality: 'exact' } }), NOW, NOW)

    expect(item.since).toBe('0000-01-01T00:00:00.000Z')
  })
})

const LISTENER: Listener = {
  protocol: 'tcp',
  family: 4,
  address: '0.0.0.0',
  port: 443,
  verdict: 'unknown',
  reason: 'not-scanned',
}

const NOTHING_FOUND = {
  unit: null,
  process: null,
  container: null,
  via: null,
  rule: null,
  share: null,
  declared: null,
}

describe('what waits for connections', () => {
  const rows = [LISTENER, { ...LISTENER, port: 5432, verdict: 'filtered', reason: 'loopback-bind' } as const]
  const record = recordOf(1, { listeners: observed(summarizeListeners(rows)), packages: observed({ count: 825 }) })

  it('is every row in the document, and the ports that may be reached in both', () => {
    const document = toServerDocument(record, NOW, NOW, rows)

    expect(document.listeners).toEqual(rows.map((row) => ({ ...row, ...NOTHING_FOUND })))
    const { port, protocol, family, verdict } = LISTENER
    expect(document.openPorts).toEqual([{ protocol, family, port, unit: null, process: null, verdict }])
    expect(toServerItem(record, NOW, NOW).openPorts).toEqual(document.openPorts)
    expect(document).toMatchObject({ openPortsMore: 0, packagesCount: 825, exposure: 'unknown' })
  })

  it('brings with it what a scan found out, and names the unit of an open port', () => {
    const found = { unit: 'nginx.service', container: 'shop', via: 'dnat', rule: 'accept', share: 0.99 } as const
    const declared = {
      by: 'network.behindNat',
      judged: 'unknown',
      why: 'yes',
      expires: null,
      isExpired: false,
    } as const
    const open = { ...LISTENER, verdict: 'exposed', ...found, declared } as const
    const seen = recordOf(1, { listeners: observed(summarizeListeners([open])) })
    const document = toServerDocument(seen, NOW, NOW, [open])

    expect(document.listeners).toEqual([{ ...open, process: null }])
    expect(document.openPorts).toMatchObject([{ port: 443, unit: 'nginx.service', verdict: 'exposed' }])
  })

  it('is named in a list as far as units with long names leave room', () => {
    const open = (port: number) => ({ ...LISTENER, port, unit: `${'u'.repeat(90)}.service` })
    const long = recordOf(1, { listeners: observed(summarizeListeners([open(1), open(2), open(3)])) })

    expect(toServerItem(long, NOW, NOW)).toMatchObject({ openPorts: [{ port: 1 }, { port: 2 }], openPortsMore: 1 })
  })

  it('is not known where the host could not look, whatever list the store still has', () => {
    const blind = recordOf(1, {
      listeners: { outcome: 'absent', reason: 'there is no /proc/net', readAt: NOW, value: null, failedSince: null },
    })

    expect(toServerDocument(blind, NOW, NOW, rows)).toMatchObject({
      listeners: null,
      openPorts: null,
      openPortsMore: null,
      packagesCount: null,
    })
  })
})

describe('the part of the document that lists carry', () => {
  const OLD_UNIT = 'portal.service'
  const oldGroup = (index: number): OutdatedGroup => ({
    pids: [index + 1],
    unit: index === 0 ? OLD_UNIT : `${'u'.repeat(60)}${index}.service`,
    command: 'app',
    user: null,
    packages: ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(50)),
    files: [],
    remedy: 'never-alone',
  })
  const many = {
    host: observed({
      ...hostOf('vm'),
      name: 'web-0001.frontend.production.europe-west.example.internal',
      application: 'customer-portal-frontend',
      environment: 'production-europe-west',
      tags: Object.fromEntries(Array.from({ length: 32 }, (_, index) => [`tag-number-${index}`, 'v'.repeat(255)])),
    }),
    sentinel: observed(flag({ packages: Array.from({ length: 1_000 }, (_, index) => `linux-modules-extra-${index}`) })),
    listeners: observed(
      summarizeListeners(
        Array.from({ length: 300 }, (_, index) => ({ ...LISTENER, unit: OLD_UNIT, port: 10_000 + index })),
      ),
    ),
    processes: observed(
      summarizeProcesses({
        outdated: Array.from({ length: 64 }, (_, index) => oldGroup(index)),
        count: 64,
        missing: null,
      }),
    ),
  }

  it('is the head of the document where all of it fits', () => {
    const record = recordOf(1, REQUIRED, SINCE)

    expect(toServerDocument(record, NOW, NOW)).toMatchObject(toServerItem(record, NOW, NOW))
  })

  it('stays below 2 KB for a server that brings a thousand names and 8 KB of tags', () => {
    const item = toServerItem(recordOf(1, many, SINCE), NOW, NOW)

    expect(Buffer.byteLength(JSON.stringify(item))).toBeLessThan(2_048)
    expect(item.packages?.length).toBeGreaterThan(5)
    expect(item.headline).toContain('and 997 more')
    expect(item).toMatchObject({ openPorts: { length: 5 }, openPortsMore: 295 })
  })

  it('stays below 2 KB with the longest snooze, too', () => {
    const covers = ['exposed', 'stale', 'silent'] as const
    const snooze = { until: NOW + 1, at: NOW, reason: 'r'.repeat(200), by: 'b'.repeat(64), covers }
    const record = recordOf(1, many, SINCE)
    const verdict = { ...record.verdict, knownExploited: ['CVE-2026-1234567', 'CVE-2026-7654321'] }
    const item = toServerItem({ ...record, verdict, snooze }, NOW, NOW)

    expect(Buffer.byteLength(JSON.stringify(item))).toBeLessThan(2_048)
    expect(item.snoozed?.reason).toMatch(/^r{59}…$/)
  })

  it('leaves nothing out of the document itself', () => {
    const document = toServerDocument(recordOf(1, many, SINCE), NOW, NOW)

    expect(document.packages).toHaveLength(1_000)
    expect(Object.keys(document.tags)).toHaveLength(32)
  })
})

import type { Observation } from '../../../shared/judgement/subject.ts'
import type { ExposureSection } from '../../../shared/sections/exposure.ts'
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

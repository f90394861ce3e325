import { describe, expect, it } from 'vitest'
import { judgeRecord } from '../../../collector/ingest/judge-record.ts'
import type { BootRecord, ServerRecord } from '../../../collector/store/records.ts'
import { DEFAULT_POLICY } from '../../../shared/judgement/policy.ts'
import type { HostAddress } from '../../../shared/sections/host.ts'
import { NOW, serverRecord } from '../../support/store/records.ts'
import { BOOT, FLAG, HOST, KERNEL, NO_FLAG } from '../../support/store/reports.ts'

const DAY = 86_400_000
const MINUTE = 60_000
const BOOTED: BootRecord = { ...BOOT, bootedAt: NOW - DAY, moments: {}, since: null }
const seen = <V>(value: V) => ({ outcome: 'observed', reason: null, readAt: NOW, value, failedSince: null }) as const
const HEALTHY = { host: seen(HOST), boot: seen(BOOT), sentinel: seen(NO_FLAG), kernel: seen(KERNEL) }
const FLAGGED = { ...HEALTHY, sentinel: seen(FLAG) }

const recordWith = (
  sections: ServerRecord['sections'],
  boot: BootRecord | null = BOOTED,
  change: Partial<ServerRecord> = {},
) => serverRecord('s1', { sections, boot, lastContactAt: NOW, ...change })
const judged = (record: ServerRecord, before?: ServerRecord | null, now = NOW) =>
  judgeRecord(record, now, DEFAULT_POLICY, now, before)
const healthy = judged(recordWith(HEALTHY)).record

describe('since when a restart is needed', () => {
  const withMoments = (moments: BootRecord['moments']): BootRecord => ({ ...BOOTED, moments })
  const at = (ago: number, quality: 'exact' | 'observed' | 'upper-bound' = 'exact') => ({
    uptimeMs: 1,
    at: NOW - ago,
    quality,
  })

  it('is what the host saw', () => {
    const { verdict, boot } = judged(
      recordWith(FLAGGED, withMoments({ sentinel: at(3_000, 'observed') })),
      healthy,
    ).record

    expect(verdict).toMatchObject({ since: NOW - 3_000, sinceQuality: 'observed' })
    expect(boot?.since).toEqual({ at: NOW - 3_000, quality: 'observed' })
  })

  it('is what we saw, where the host saw nothing: as it came, when this boot was known without', () => {
    expect(judged(recordWith(FLAGGED), healthy).record.verdict).toMatchObject({ since: NOW, sinceQuality: 'observed' })
  })

  it.each([
    ['nothing was known before', null],
    ['another boot was known without', { ...healthy, boot: { ...BOOTED, runMarker: 'c'.repeat(32) } }],
    ['this boot could not be judged before', judged(recordWith({ host: seen(HOST) })).record],
  ])('is at the latest when we saw it, where %s', (_, before) => {
    expect(judged(recordWith(FLAGGED), before).record.verdict).toMatchObject({
      since: NOW,
      sinceQuality: 'upper-bound',
    })
  })

  it('does not count a kernel that asks for nothing', () => {
    const record = recordWith(FLAGGED, withMoments({ sentinel: at(3_000), kernel: at(9_000) }))

    expect(judged(record, healthy).record.verdict.since).toBe(NOW - 3_000)
  })

  it('counts the kernel where it asks', () => {
    const newer = { release: '6.1.0-31-amd64', package: 'linux-image-6.1.0-31-amd64', packageVersion: '6.1.128-1' }
    const kernel = seen({ ...KERNEL, installed: [...KERNEL.installed, newer] })
    const record = recordWith({ ...FLAGGED, kernel }, withMoments({ sentinel: at(3_000), kernel: at(9_000) }))

    expect(judged(record, healthy).record.verdict.since).toBe(NOW - 9_000)
  })

  it('only moves earlier, and survives a need that goes and comes back', () => {
    const first = judged(recordWith(FLAGGED, withMoments({ sentinel: at(3_000) })), healthy).record
    const cleared = judged({ ...first, sections: HEALTHY }, first, NOW + MINUTE).record
    const again = judged({ ...cleared, sections: FLAGGED }, cleared, NOW + 2 * MINUTE).record

    expect(cleared.verdict.since).toBeNull()
    expect(again.verdict.since).toBe(NOW - 3_000)
  })

  it('is kept also while the host cannot tell its boot', () => {
    const { record } = judged(recordWith(FLAGGED, null), recordWith(HEALTHY, null))

    expect(record.verdict.since).toBe(NOW)
    expect(record.boot).toMatchObject({ runMarker: null, bootedAt: null })
  })
})

describe('what happened', () => {
  const typesOf = (record: ServerRecord, before: ServerRecord | null) =>
    judged(record, before).events.map(({ type }) => type)

  it('is told for active servers', () => {
    expect(typesOf(recordWith(FLAGGED), healthy)).toEqual(['restart-required'])
    expect(typesOf(recordWith(FLAGGED), null)).toEqual(['registered', 'restart-required'])
  })

  it.each(['pending-approval', 'conflict', 'removed'] as const)('is not told for servers that are %s', (lifecycle) => {
    expect(typesOf(recordWith(FLAGGED, BOOTED, { lifecycle }), healthy)).toEqual([])
  })

  const address = (text: string, scope: HostAddress['scope'] = 'global'): HostAddress => ({
    interface: 'eth0',
    family: 4,
    address: text,
    prefixLength: 24,
    scope,
  })
  const at = (addresses: HostAddress[] | null) => recordWith({ ...HEALTHY, host: seen({ ...HOST, addresses }) })

  it('is an address that changed while the host could not tell any', () => {
    const first = judged(at([address('10.0.0.1')])).record
    const untold = judged({ ...at(null), verdict: first.verdict }, first)
    // Time went by, and the verdict was made again.
    const later = judged(untold.record)
    const same = judged({ ...at([address('10.0.0.1')]), verdict: later.record.verdict }, later.record)
    const other = judged({ ...at([address('10.0.0.2')]), verdict: later.record.verdict }, later.record)

    expect([untold, later, same].map(({ events }) => events)).toEqual([[], [], []])
    expect(other.events).toEqual([
      { type: 'address-changed', cause: null, data: { before: ['10.0.0.1'], after: ['10.0.0.2'] } },
    ])
    expect(other.record.verdict.baseline).not.toHaveProperty('addresses')
  })

  it('is nothing when only local addresses came and went', () => {
    const withAddresses = (...addresses: HostAddress[]) => ({ ...HEALTHY, host: seen({ ...HOST, addresses }) })
    const before = judged(recordWith(withAddresses(address('10.0.0.1')))).record

    expect(typesOf(recordWith(withAddresses(address('10.0.0.1'), address('169.254.0.1', 'link'))), before)).toEqual([])
    expect(typesOf(recordWith(withAddresses(address('10.0.0.2'))), before)).toEqual(['address-changed'])
  })
})

describe('a verdict that time alone changed', () => {
  it('has not changed while it says the same, though the next look is later', () => {
    const again = judgeRecord(healthy, NOW + MINUTE, DEFAULT_POLICY, NOW + MINUTE)

    expect(again).toMatchObject({ changed: false, events: [] })
    expect(again.record.verdict.nextJudgementAt).toBe((healthy.verdict.nextJudgementAt ?? 0) + MINUTE)
  })

  it('has changed when the server fell silent', () => {
    const silent = judgeRecord(healthy, NOW, DEFAULT_POLICY, NOW + 20 * MINUTE)

    expect(silent).toMatchObject({ changed: true, events: [{ type: 'silent' }] })
    expect(silent.record.verdict).toMatchObject({ state: 'unknown', lastKnown: { state: 'ok', at: NOW } })
  })

  it('has not changed when the same was only read again', () => {
    const later = { ...healthy, sections: { ...HEALTHY, sentinel: { ...HEALTHY.sentinel, readAt: NOW + 30_000 } } }

    expect(judgeRecord(later, NOW, DEFAULT_POLICY, NOW, healthy).changed).toBe(false)
  })
})

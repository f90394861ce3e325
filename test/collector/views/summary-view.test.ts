import { describe, expect, it } from 'vitest'
import { countRecord, zeroCounts } from '../../../collector/changes/counts.ts'
import { nameOf, type ServerRecord } from '../../../collector/store/records.ts'
import { toSummary, type Fleet } from '../../../collector/views/summary-view.ts'
import { byUrgency } from '../../../shared/judgement/order.ts'
import { contact, DAY, flag, HOUR, hostOf, MINUTE, NOW, observed } from '../../shared/judgement/subjects.ts'
import { recordOf, serverId } from '../../support/judged-record.ts'

function fleetOf(...records: ServerRecord[]): Fleet {
  const counts = zeroCounts()
  for (const record of records) countRecord(counts, record, 1)
  const ranked = (record: ServerRecord) => ({ verdict: record.verdict, name: nameOf(record) })
  const inOrder = records.toSorted((a, b) => byUrgency(ranked(a), ranked(b)))
  return {
    counts: () => counts,
    inOrder: () => inOrder,
    newestContactAt: () =>
      records.reduce((newest, { lastContactAt }) => Math.max(newest, lastContactAt ?? 0), 0) || null,
  }
}

const NEED = { sentinel: observed(flag()) }
const since = (days: number) => ({ since: { at: NOW - days * DAY, quality: 'exact' as const } })
const named = (name: string) => ({ host: observed({ ...hostOf('vm'), name }) })
const SILENT = { contact: contact(NOW - 2 * HOUR) }

const ok = (index: number) => recordOf(index)
const required = (index: number, days: number) => recordOf(index, { ...NEED, ...named(`web-${index}`) }, since(days))
const silent = (index: number) => recordOf(index, {}, SILENT)

describe('the summary', () => {
  it('counts by state, reporting, exposure and reason', () => {
    const fleet = fleetOf(ok(1), required(2, 31), required(3, 5), silent(4), recordOf(5, NEED, SILENT))

    expect(toSummary(fleet, null, NOW)).toMatchObject({
      total: 5,
      state: { ok: 1, deferrable: 0, 'restart-required': 3, unknown: 1 },
      reporting: { current: 3, late: 0, silent: 2, restarting: 0, never: 0 },
      exposure: { exposed: 0, unknown: 5, filtered: 0 },
      promoted: 3,
      reasons: { exposed: 0, stale: 1, silent: 2 },
      lifecycle: { active: 5 },
      cannotTell: 2,
      oldest: { id: serverId(2), name: 'web-2', since: '2025-12-15T12:00:00.000Z' },
      lastReportAt: '2026-01-15T12:00:00.000Z',
      asOf: '2026-01-15T12:00:00.000Z',
      blind: null,
    })
  })

  it('counts a silent server that needs a restart among those nobody can tell of', () => {
    expect(toSummary(fleetOf(recordOf(1, NEED, SILENT)), null, NOW).cannotTell).toBe(1)
    expect(toSummary(fleetOf(recordOf(1, {}, { contact: contact(null) })), null, NOW).cannotTell).toBe(1)
    expect(toSummary(fleetOf(required(1, 1)), null, NOW).cannotTell).toBe(0)
  })

  it.each<[string, ServerRecord[], string]>([
    ['no server', [], 'No server is registered yet.'],
    ['one that is fine', [ok(1)], 'The one server needs no restart now.'],
    ['all fine', [ok(1), ok(2)], 'None of 2 servers needs a restart now.'],
    [
      'a need within policy',
      [ok(1), required(2, 5)],
      '1 of 2 servers needs a restart, not yet for longer than policy allows. Oldest: web-2, 5 d.',
    ],
    [
      'all in need within policy',
      [required(1, 3), required(2, 5)],
      'All 2 servers need a restart, not yet for longer than policy allows. Oldest: web-2, 5 d.',
    ],
    [
      'one person needed',
      [ok(1), required(2, 31), required(3, 32)],
      '2 of 3 servers need a person now: 2 stale. Oldest: web-3, 32 d.',
    ],
    ['a silent one', [ok(1), silent(2)], '1 of 2 servers needs a person now: 1 silent.'],
    ['the one server is stale', [required(1, 31)], 'The one server needs a person now: 1 stale. Oldest: web-1, 31 d.'],
    [
      'one never heard',
      [ok(1), recordOf(2, {}, { contact: contact(null) })],
      'No restart is known to be needed, but nobody can tell for 1 of 2 servers.',
    ],
    [
      'the only one never heard',
      [recordOf(2, {}, { contact: contact(null) })],
      'Nobody can tell whether the one server needs a restart.',
    ],
    [
      'one that can wait',
      [ok(1), recordOf(2, { sentinel: observed(flag({ packages: ['linux-base'] })) }, { livepatchCovers: true })],
      'None of 2 servers needs a restart now, 1 can wait.',
    ],
  ])('says it in one sentence: %s', (_, records, sentence) => {
    expect(toSummary(fleetOf(...records), null, NOW).sentence).toBe(sentence)
  })

  it('says when the collector was blind itself, and how many servers that concerns', () => {
    const notice = { since: NOW - MINUTE, reason: 'paused', servers: 12 } as const

    expect(toSummary(fleetOf(), notice, NOW).blind).toEqual({
      since: '2026-01-15T11:59:00.000Z',
      reason: 'paused',
      servers: 12,
    })
  })
})

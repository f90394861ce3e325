import { describe, expect, it } from 'vitest'
import { findServers } from '../../../../collector/changes/find-servers.ts'
import { ageHistogram } from '../../../../collector/views/charts/age-histogram-view.ts'
import { restartWeeks } from '../../../../collector/views/charts/restart-weeks-view.ts'
import { TREND_DAYS, trendOf } from '../../../../collector/views/charts/trend-view.ts'
import { parseQuery } from '../../../../shared/query/parse.ts'
import { FLEET_NOW, projectionOf, serverRecord, type ServerSeed } from '../../../support/believable-fleet.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const POLICY = { exposedDays: 14, otherwiseDays: 30 }
const tally = (promoted: number) => ({ promoted, restartRequired: 0, cannotTell: 0, total: 9 })

describe('the histogram of ages', () => {
  const pending = (name: string, pendingMs: number, seed: Partial<ServerSeed> = {}) =>
    serverRecord({ name, id: `s${name}`, flag: ['libc6'], pendingMs, ...seed })
  const fleet = [0, 1, DAY, DAY + 1, 3 * DAY, 7 * DAY, 7 * DAY + 1, 14 * DAY, 30 * DAY, 60 * DAY, 60 * DAY + 1]
    .map((age, index) => pending(`p-${index}`, age))
    .concat(pending('open', 2 * DAY, { exposure: 'exposed' }), serverRecord({ name: 'fine' }))

  it('puts each pending restart into one bar, exposed apart', () => {
    const { bars, total, undated } = ageHistogram(fleet, POLICY, FLEET_NOW)

    expect(bars.map(({ exposed, other }) => [exposed, other])).toEqual([
      [0, 3],
      [1, 2],
      [0, 1],
      [0, 2],
      [0, 1],
      [0, 1],
      [0, 1],
    ])
    expect({ total, undated }).toEqual({ total: 12, undated: 0 })
  })

  it('leads from each bar to the very servers that it counts', () => {
    const projection = projectionOf(fleet)
    const found = (text: string) => {
      const parsed = parseQuery(text)
      return parsed.ok ? findServers(projection, parsed.query, FLEET_NOW).length : -1
    }
    const { bars } = ageHistogram(fleet, POLICY, FLEET_NOW)

    expect(bars.map(({ query }) => found(query))).toEqual(bars.map(({ exposed, other }) => exposed + other))
    expect(found('state:restart-required -older:<=1d -older:1d')).toBe(0)
  })

  it('says apart of how many nobody knows since when', () => {
    const record = pending('web-01', DAY)
    const undated = { ...record, verdict: { ...record.verdict, since: null } }

    expect(ageHistogram([undated], POLICY, FLEET_NOW)).toMatchObject({ total: 1, undated: 1 })
  })
})

describe('the last 90 days', () => {
  const today = Math.floor(FLEET_NOW / DAY)

  it('ends with today as it stands now, and leaves days empty that nobody counted', () => {
    const counts = [
      { day: today - 3, ...tally(5) },
      { day: today - 1, ...tally(6) },
      { day: today, ...tally(99) },
    ]

    const { days, counted, missing } = trendOf(counts, tally(7), FLEET_NOW)

    expect(days).toHaveLength(TREND_DAYS)
    expect(days.slice(-5).map((day) => day.tally?.promoted ?? null)).toEqual([null, 5, null, 6, 7])
    expect(days.at(-1)?.date).toBe('2026-11-22')
    // What was before the first count is no gap: there was no collector.
    expect({ counted, missing }).toEqual({ counted: 3, missing: 1 })
  })
})

describe('how long restarts waited', () => {
  // FLEET_NOW is a Sunday.
  const restart = (daysAgo: number, hours: number, application: string | null = null) => ({
    at: FLEET_NOW - daysAgo * DAY,
    application,
    pendingMs: hours * HOUR,
  })

  it('takes real times of the week, never one between two', () => {
    const times = [1, 2, 3, 4, 5, 6, 7, 8, 9, 100].map((hours) => restart(1, hours))

    expect(restartWeeks(times, null, FLEET_NOW).at(-1)).toEqual({
      date: '2026-11-16',
      restarts: 10,
      medianMs: 5 * HOUR,
      p90Ms: 9 * HOUR,
    })
  })

  it('begins weeks on Monday, and knows nothing of a week without a restart', () => {
    const weeks = restartWeeks([restart(7, 1), restart(6, 2), restart(100, 3)], null, FLEET_NOW)

    expect(weeks).toHaveLength(13)
    expect(weeks.slice(-3).map(({ date, medianMs }) => [date, medianMs])).toEqual([
      ['2026-11-02', null],
      ['2026-11-09', HOUR],
      ['2026-11-16', 2 * HOUR],
    ])
  })

  it('is of one application where it is asked for', () => {
    const weeks = restartWeeks([restart(1, 1, 'shop'), restart(1, 9, 'mail')], 'shop', FLEET_NOW)

    expect(weeks.at(-1)).toMatchObject({ restarts: 1, medianMs: HOUR })
  })
})

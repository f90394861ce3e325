// The pictures as text: what they say, what they lead to, and the numbers beside them.
import { describe, expect, it } from 'vitest'
import { chartsSection } from '../../../../collector/dashboard/charts/charts.ts'
import { stateStripFigure } from '../../../../collector/dashboard/charts/state-strip.ts'
import { renderDocument } from '../../../../collector/dashboard/html.ts'
import type { RestartTime } from '../../../../collector/changes/restart-log.ts'
import type { DayCounts } from '../../../../collector/store/records.ts'
import { ageHistogram } from '../../../../collector/views/charts/age-histogram-view.ts'
import { restartWeeks } from '../../../../collector/views/charts/restart-weeks-view.ts'
import { stateStrip } from '../../../../collector/views/charts/state-strip-view.ts'
import { dayOf, trendOf } from '../../../../collector/views/charts/trend-view.ts'
import type { StaleAfter } from '../../../../shared/judgement/policy.ts'
import { FLEET_NOW, serverRecord } from '../../../support/believable-fleet.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const POLICY: StaleAfter = { exposedDays: 14, otherwiseDays: 30 }
const TALLY = { promoted: 2, restartRequired: 3, cannotTell: 1, total: 20 }

type Drawn = {
  pendingDays?: number[]
  counts?: DayCounts[]
  restarts?: RestartTime[] | null
  scope?: string
  policy?: StaleAfter
}

function draw({ pendingDays = [], counts = [], restarts = [], scope = '', policy = POLICY }: Drawn): string {
  const fleet = pendingDays.map((days) => serverRecord({ name: 'web-01', flag: ['libc6'], pendingMs: days * DAY }))
  const weeks = restarts === null ? null : restartWeeks(restarts, null, FLEET_NOW)
  const charts = { age: ageHistogram(fleet, policy, FLEET_NOW), trend: trendOf(counts, TALLY, FLEET_NOW), weeks }
  return renderDocument(chartsSection(charts, scope))
}

function figureOf(page: string, name: string): string {
  return page.split('<figure').find((part) => part.includes(`data-chart="${name}"`)) ?? ''
}

function tableOf(figure: string): string[][] {
  return figure
    .split('<tr>')
    .slice(2)
    .map(
      (row) =>
        row
          .match(/>[^<]+</g)
          ?.map((cell) => cell.slice(1, -1).trim())
          .filter(Boolean) ?? [],
    )
}

describe('the histogram of ages', () => {
  const page = figureOf(draw({ pendingDays: [2, 2, 20], scope: 'app:shop' }), 'age')

  it('leads from a bar to its servers, of the application alone on its page', () => {
    expect(page).toContain('href="/?q=app%3Ashop+state%3Arestart-required+older%3A1d+-older%3A3d"')
    expect(page).toContain('aria-label="1–3 2 pending for that many days, 0 of them exposed"')
  })

  it('draws the limits of policy where their days are, and one line where they are the same', () => {
    // 14 is where the fourth of seven columns ends, 30 where the fifth does.
    expect(page).toMatch(/class="limit" x1="57.14%"/)
    expect(page).toMatch(/class="limit" x1="71.43%"/)
    const same = figureOf(draw({ pendingDays: [2], policy: { exposedDays: 10, otherwiseDays: 10 } }), 'age')
    expect(same.match(/class="limit"/g)).toHaveLength(1)
    expect(same).toContain('policy 10 d')
  })

  it('has the same numbers as a table', () => {
    expect(tableOf(page)).toContainEqual(['1–3', '0', '2', '2'])
    expect(tableOf(page)).toContainEqual(['14–30', '0', '1', '1'])
  })

  it('says so when nothing is pending, and draws nothing', () => {
    const empty = figureOf(draw({}), 'age')

    expect(empty).toContain('No restart is pending.')
    expect(empty).not.toContain('<svg')
  })
})

describe('the last 90 days', () => {
  const today = dayOf(FLEET_NOW)

  it('is no picture before there are two days', () => {
    expect(figureOf(draw({}), 'trend')).toContain('the picture begins tomorrow')
    expect(figureOf(draw({}), 'trend')).not.toContain('<svg')
  })

  it('draws nothing on a day that nobody counted, and says so', () => {
    const page = figureOf(draw({ counts: [{ day: today - 2, ...TALLY, promoted: 4 }] }), 'trend')

    expect(page).toContain('Need a person: 4 on 20 Nov, 2 today. One day was not counted: a gap is no zero.')
    expect(page.match(/class="mark-solid" x=/g)).toHaveLength(2)
    expect(tableOf(page)).toEqual([
      ['2026-11-22', '2', '3', '1', '20'],
      ['2026-11-21', '–', '–', '–', 'not counted'],
      ['2026-11-20', '4', '3', '1', '20'],
    ])
  })

  it('draws days that stand alike as one', () => {
    const counts = Array.from({ length: 89 }, (_, ago) => ({ day: today - 1 - ago, ...TALLY }))

    expect(figureOf(draw({ counts }), 'trend')).toMatch(/class="mark-solid" x="0%" width="100%"/)
  })
})

describe('how long restarts waited', () => {
  it('says half and nine in ten of the last week that has one', () => {
    const restarts = [10, 20, 300].map((hours) => ({ at: FLEET_NOW - DAY, application: null, pendingMs: hours * HOUR }))
    const page = figureOf(draw({ restarts }), 'weeks')

    expect(page).toContain(
      '3 restarts in 13 weeks. In the week of 16 Nov half were made within 20 h, nine in ten within 12 d 12 h.',
    )
    expect(tableOf(page)[0]).toEqual(['2026-11-16', '3', '20 h', '12 d 12 h'])
    expect(tableOf(page)[1]).toEqual(['2026-11-09', '0', '–', '–'])
  })

  it('says that history is still being read, or that there was none', () => {
    expect(figureOf(draw({ restarts: null }), 'weeks')).toContain('History is being read')
    expect(figureOf(draw({}), 'weeks')).toContain('No restart in the last 13 weeks.')
  })
})

it('the strip of a server says what is to be seen, marks restarts, and tells each moment as a table', () => {
  const record = serverRecord({ name: 'web-01' })
  const events = [
    { at: FLEET_NOW - 30 * DAY, type: 'restart-required', cause: null },
    { at: FLEET_NOW - 20 * DAY, type: 'restart-cleared', cause: 'restarted' },
    { at: FLEET_NOW - 5 * DAY, type: 'silent', cause: null },
    { at: FLEET_NOW - 4 * DAY, type: 'back', cause: null },
  ] as const

  const page = renderDocument(stateStripFigure(stateStrip(record, events, FLEET_NOW)))

  expect(page).toContain('A restart was required for 10 d. One was made. Silent for 1 d.')
  expect(page.match(/class="pin"/g)).toHaveLength(1)
  expect(tableOf(page)).toEqual([
    ['2026-11-18 10:22:07 UTC', 'Reports again', 'No restart required'],
    ['2026-11-17 10:22:07 UTC', 'Fell silent', 'Silent'],
    ['2026-11-02 10:22:07 UTC', 'Restart no longer required: the server was restarted', 'No restart required'],
    ['2026-10-23 10:22:07 UTC', 'Restart required', 'Restart required'],
  ])
})

it('the strip counts time up to now, not up to where its picture ends', () => {
  const record = serverRecord({ name: 'web-01', heardAgoMs: 2 * HOUR })
  const events = [{ at: FLEET_NOW - HOUR, type: 'silent', cause: null }] as const

  expect(renderDocument(stateStripFigure(stateStrip(record, events, FLEET_NOW)))).toContain('Silent for 1 h.')
})

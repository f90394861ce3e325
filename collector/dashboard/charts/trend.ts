// Three months of servers that somebody should look at. What is fine is left out: it would hide the rest.
import type { DayTally } from '../../store/records.ts'
import type { Trend, TrendDay } from '../../views/charts/trend-view.ts'
import { html, type View } from '../html.ts'
import { countText } from '../words.ts'
import { figure, type Table } from './figure.ts'
import { bar, dayText, heightOf, label, line, PLOT, roundAbove, type Mark } from './plot.ts'

/** From the bottom up. */
const LAYERS = [
  ['promoted', 'solid', 'Needs a person'],
  ['restartRequired', 'hatch', 'Restart required'],
  ['cannotTell', 'dots', 'Cannot tell'],
] as const satisfies readonly (readonly [keyof DayTally, Mark, string])[]

export function trendFigure(trend: Trend): View {
  const isEmpty = trend.counted < 2
  return figure({
    name: 'trend',
    title: 'The last 90 days',
    says: isEmpty ? 'Counted once a day: the picture begins tomorrow.' : sentence(trend),
    legend: LAYERS.map(([, mark, word]) => [mark, word] as const),
    picture: isEmpty ? null : picture(trend),
    table: isEmpty ? null : table(trend),
  })
}

function sentence({ days, missing }: Trend): string {
  const counted = days.filter((day) => day.tally !== null)
  const [first, last] = [promotedOn(counted[0]), promotedOn(counted.at(-1))]
  const gap =
    missing === 0 ? '' : ` ${missing === 1 ? 'One day was' : `${missing} days were`} not counted: a gap is no zero.`
  return `Need a person: ${countText(first)} on ${dayText(counted[0]?.date ?? '')}, ${countText(last)} today.${gap}`
}

function promotedOn(day: TrendDay | undefined): number {
  return day?.tally?.promoted ?? 0
}

function picture({ days }: Trend): View {
  const top = roundAbove(Math.max(...days.map(({ tally }) => (tally === null ? 0 : stackOf(tally)))))
  const middle = (PLOT.top + PLOT.bottom) / 2
  return html`<svg
    class="plot steps"
    width="100%"
    height=${PLOT.height}
    role="img"
    aria-labelledby="trend-title"
    aria-describedby="trend-says"
  >
    ${line('grid', 0, 1, PLOT.top, PLOT.top)} ${line('grid', 0, 1, middle, middle)}
    ${runsOf(days).map((run) => runColumns(run, days.length, top))} ${line('axis', 0, 1, PLOT.bottom, PLOT.bottom)}
    ${label(countText(top), 0, PLOT.top - 5, 'start')}
    ${label(dayText(days[0]?.date ?? ''), 0, PLOT.height - 6, 'start')}
    ${label(dayText(days[Math.floor(days.length / 2)]?.date ?? ''), 0.5, PLOT.height - 6)}
    ${label('today', 1, PLOT.height - 6, 'end')}
  </svg>`
}

type Run = { start: number; length: number; tally: DayTally }

/** Days that stand alike are one column: a quiet fleet is a small picture. Days nobody counted are none. */
function runsOf(days: readonly TrendDay[]): Run[] {
  const runs: Run[] = []
  for (const [index, { tally }] of days.entries()) {
    if (tally === null) continue
    const last = runs.at(-1)
    if (last !== undefined && last.start + last.length === index && isAlike(last.tally, tally)) last.length += 1
    else runs.push({ start: index, length: 1, tally })
  }
  return runs
}

function runColumns({ start, length, tally }: Run, count: number, top: number): (View | null)[] {
  let y = PLOT.bottom
  return LAYERS.map(([key, mark]) => {
    const height = heightOf(tally[key], top)
    y -= height
    return height === 0 ? null : bar(mark, start / count, length / count, y, height)
  })
}

function isAlike(a: DayTally, b: DayTally): boolean {
  return LAYERS.every(([key]) => a[key] === b[key])
}

function stackOf(tally: DayTally): number {
  return LAYERS.reduce((sum, [key]) => sum + tally[key], 0)
}

/** Newest first, as history is. */
function table({ days }: Trend): Table {
  const counted = days.slice(days.findIndex(({ tally }) => tally !== null))
  return {
    columns: ['Day (UTC)', ...LAYERS.map(([, , word]) => word), 'Servers'],
    rows: counted
      .toReversed()
      .map(({ date, tally }) => [
        date,
        ...LAYERS.map(([key]) => (tally === null ? '–' : countText(tally[key]))),
        tally === null ? 'not counted' : countText(tally.total),
      ]),
  }
}

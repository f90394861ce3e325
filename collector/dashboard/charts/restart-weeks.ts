// Do restarts keep up with what policy allows? Each week the median, the slowest tenth above it, and the limits.
import type { StaleAfter } from '../../../shared/judgement/policy.ts'
import { formatDuration } from '../../../shared/judgement/duration.ts'
import type { RestartWeek } from '../../views/charts/restart-weeks-view.ts'
import { html, type View } from '../html.ts'
import { countText } from '../words.ts'
import { figure, type Table } from './figure.ts'
import { bar, dayText, heightOf, label, line, PLOT, roundAbove } from './plot.ts'

const DAY_MS = 86_400_000
const BAR = 0.6

/** `weeks` null: history is still being read. */
export function restartWeeksFigure(weeks: readonly RestartWeek[] | null, policy: StaleAfter): View {
  const total = (weeks ?? []).reduce((sum, { restarts }) => sum + restarts, 0)
  const isDrawn = weeks !== null && total > 0
  return figure({
    name: 'weeks',
    title: 'How long restarts waited',
    says: weeks === null ? 'History is being read: load the page again.' : sentence(weeks, total),
    legend: [
      ['full', 'Median of the week'],
      ['outline', 'Up to the 90th percentile'],
    ],
    picture: isDrawn ? picture(weeks, policy) : null,
    table: isDrawn ? table(weeks) : null,
  })
}

function sentence(weeks: readonly RestartWeek[], total: number): string {
  const last = weeks.findLast(({ restarts }) => restarts > 0)
  if (last === undefined || last.medianMs === null || last.p90Ms === null) return 'No restart in the last 13 weeks.'
  const made = total === 1 ? 'One restart' : `${countText(total)} restarts`
  const [median, p90] = [formatDuration(last.medianMs), formatDuration(last.p90Ms)]
  return `${made} in 13 weeks. In the week of ${dayText(last.date)} half were made within ${median}, nine in ten within ${p90}.`
}

function picture(weeks: readonly RestartWeek[], policy: StaleAfter): View {
  const slowest = Math.max(...weeks.map(({ p90Ms }) => (p90Ms ?? 0) / DAY_MS))
  const top = roundAbove(Math.max(slowest, policy.exposedDays * 1.15))
  return html`<svg
    class="plot"
    width="100%"
    height=${PLOT.height}
    role="img"
    aria-labelledby="weeks-title"
    aria-describedby="weeks-says"
  >
    ${weeks.map((week, index) => column(week, index / weeks.length, 1 / weeks.length, top))}
    ${line('axis', 0, 1, PLOT.bottom, PLOT.bottom)} ${limits(policy, top)}
    ${label(dayText(weeks[0]?.date ?? ''), 0, PLOT.height - 6, 'start')}
    ${label('this week', 1, PLOT.height - 6, 'end')}
  </svg>`
}

/** A week without a restart is empty: nothing was slow, and nothing fast. */
function column({ medianMs, p90Ms }: RestartWeek, x: number, width: number, top: number): View | null {
  if (medianMs === null || p90Ms === null) return null
  const [median, p90] = [heightOf(medianMs / DAY_MS, top), heightOf(p90Ms / DAY_MS, top)]
  const left = x + (width * (1 - BAR)) / 2
  return html`<g>
    ${bar('outline', left, width * BAR, PLOT.bottom - p90, p90 - median)}
    ${bar('full', left, width * BAR, PLOT.bottom - median, median)}
  </g>`
}

/** A limit that lies above everything there is to see would press it to the ground: the table of policy has it. */
function limits({ exposedDays, otherwiseDays }: StaleAfter, top: number): View[] {
  const known = exposedDays === otherwiseDays ? [] : [[otherwiseDays, `other ${otherwiseDays} d`] as const]
  const first = exposedDays === otherwiseDays ? `policy ${exposedDays} d` : `exposed ${exposedDays} d`
  return [[exposedDays, first] as const, ...known]
    .filter(([days]) => days <= top)
    .map(([days, word]) => {
      const y = PLOT.bottom - heightOf(days, top)
      return html`<g>${line('limit', 0, 1, y, y)} ${label(word, 0, y - 5, 'start')}</g>`
    })
}

function table(weeks: readonly RestartWeek[]): Table {
  return {
    columns: ['Week of', 'Restarts', 'Median', '90th percentile'],
    rows: weeks
      .toReversed()
      .map(({ date, restarts, medianMs, p90Ms }) => [date, countText(restarts), timeText(medianMs), timeText(p90Ms)]),
  }
}

function timeText(ms: number | null): string {
  return ms === null ? '–' : formatDuration(ms)
}

// The pictures of the fleet, or of one application: what is due, how it came to this, and do restarts keep up.
import type { AgeHistogram } from '../../views/charts/age-histogram-view.ts'
import type { RestartWeek } from '../../views/charts/restart-weeks-view.ts'
import type { Trend } from '../../views/charts/trend-view.ts'
import { html, type View } from '../html.ts'
import { ageHistogramFigure } from './age-histogram.ts'
import { patterns } from './plot.ts'
import { restartWeeksFigure } from './restart-weeks.ts'
import { trendFigure } from './trend.ts'

export type Charts = {
  age: AgeHistogram
  trend: Trend
  /** Null: history is still being read. */
  weeks: readonly RestartWeek[] | null
}

/** While the page is open they change with the order of the list alone: a picture that moves cannot be read. */
export function chartsSection({ age, trend, weeks }: Charts, scope = ''): View {
  return html`<section class="charts" aria-labelledby="charts-title" data-pictures="charts">
    <h2 id="charts-title">Ages and trends</h2>
    ${patterns()}
    <div class="figures">
      ${ageHistogramFigure(age, scope)} ${trendFigure(trend)} ${restartWeeksFigure(weeks, age.policy)}
    </div>
  </section>`
}

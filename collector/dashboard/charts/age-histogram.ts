// How long restarts have been pending, with the lines that policy draws. Every bar leads to the servers it counts.
import { paths } from '../../../shared/protocol/paths.ts'
import type { AgeBar, AgeHistogram } from '../../views/charts/age-histogram-view.ts'
import { withQuery } from '../components/search-form.ts'
import { html, type Content, type View } from '../html.ts'
import { countText } from '../words.ts'
import { figure, type Table } from './figure.ts'
import { bar, heightOf, label, line, percent, PLOT, roundAbove } from './plot.ts'

/** Shares of a bar's column: the bar, and the space before it. */
const BAR = 0.64
const SPACE = (1 - BAR) / 2

/** `scope`: a term that narrows what is counted, e.g. "app:shop"; '' for the whole fleet. */
export function ageHistogramFigure(histogram: AgeHistogram, scope = ''): View {
  const isEmpty = histogram.total === 0
  return figure({
    name: 'age',
    title: 'How long restarts have been pending',
    says: isEmpty ? 'No restart is pending.' : sentence(histogram, scope),
    legend: [
      ['solid', 'Exposed'],
      ['hatch', 'Not exposed, or not known'],
    ],
    picture: isEmpty ? null : picture(histogram, scope),
    table: isEmpty ? null : table(histogram, scope),
  })
}

function sentence({ total, undated, policy }: AgeHistogram, scope: string): Content {
  const { exposedDays, otherwiseDays } = policy
  const allowed =
    exposedDays === otherwiseDays
      ? `${exposedDays} days`
      : `${exposedDays} days when exposed, otherwise ${otherwiseDays}`
  const unknown = `state:restart-required -older:<=1d -older:1d`
  return html`<a href=${href(scope, 'state:restart-required')}>${countText(total)} pending</a>. Policy allows
    ${` ${allowed}.`}${
      undated === 0
        ? null
        : html` Of <a href=${href(scope, unknown)}>${countText(undated)}</a> nobody knows since when.`
    }`
}

function picture(histogram: AgeHistogram, scope: string): View {
  const { bars, policy } = histogram
  const top = roundAbove(Math.max(...bars.map(countOf)))
  return html`<svg
    class="plot"
    width="100%"
    height=${PLOT.height}
    role="group"
    aria-labelledby="age-title"
    aria-describedby="age-says"
  >
    ${bars.map((one, index) => column(one, index / bars.length, 1 / bars.length, top, scope))}
    ${line('axis', 0, 1, PLOT.bottom, PLOT.bottom)} ${limits(bars, policy)}
  </svg>`
}

/** The whole column is the link: a low bar is as easy to hit as a high one. */
function column(one: AgeBar, x: number, width: number, top: number, scope: string): View {
  const count = countOf(one)
  const [exposed, all] = [heightOf(one.exposed, top), heightOf(count, top)]
  const [left, wide, middle] = [x + width * SPACE, width * BAR, x + width / 2]
  const drawing = html`<g>
    ${one.other === 0 ? null : bar('hatch', left, wide, PLOT.bottom - all, all - exposed)}
    ${one.exposed === 0 ? null : bar('solid', left, wide, PLOT.bottom - exposed, exposed)}
    ${label(rangeText(one), middle, PLOT.height - 6)}${' '}
    ${count === 0 ? null : label(countText(count), middle, PLOT.bottom - all - 5)}
  </g>`
  if (count === 0) return drawing
  // Begins with what can be read in the picture, in its order, so that whoever speaks to a browser can name it.
  const says = `${rangeText(one)} ${countText(count)} pending for that many days, ${countText(one.exposed)} of them exposed`
  return html`<a href=${href(scope, one.query)} aria-label=${says}>
    <rect class="target" x=${percent(x)} width=${percent(width)} y="0" height=${PLOT.height} />
    ${drawing}
  </a>`
}

function limits(bars: readonly AgeBar[], { exposedDays, otherwiseDays }: AgeHistogram['policy']): View[] {
  const [first, second] = [Math.min(exposedDays, otherwiseDays), Math.max(exposedDays, otherwiseDays)]
  const wordOf = (days: number) => (days === exposedDays ? `exposed ${days} d` : `other ${days} d`)
  if (first === second) return [limit(bars, first, `policy ${first} d`, 'end')]
  return [limit(bars, first, wordOf(first), 'end'), limit(bars, second, wordOf(second), 'start')]
}

function limit(bars: readonly AgeBar[], days: number, word: string, side: 'start' | 'end'): View {
  const x = placeOf(bars, days)
  // Beside its line; where there is no room, on the other side of it.
  const anchor = x < 0.25 ? 'start' : x > 0.75 ? 'end' : side
  return html`<g aria-hidden="true"> ${line('limit', x, x, 14, PLOT.bottom)} ${label(word, x, 10, anchor)} </g>`
}

/** Bars are not as wide as their days: within one, a day lies in proportion. The last has no end. */
function placeOf(bars: readonly AgeBar[], days: number): number {
  const index = bars.findIndex(({ to }) => to === null || days <= to)
  const one = bars[index]
  if (one === undefined || one.to === null) return (bars.length - 0.5) / bars.length
  return (index + (days - one.from) / (one.to - one.from)) / bars.length
}

function table({ bars }: AgeHistogram, scope: string): Table {
  return {
    columns: ['Days', 'Exposed', 'Other', 'All'],
    rows: bars.map((one) => [
      rangeText(one),
      cell(one.exposed, href(scope, `${one.query} exposure:exposed`)),
      cell(one.other, href(scope, `${one.query} -exposure:exposed`)),
      cell(countOf(one), href(scope, one.query)),
    ]),
  }
}

function cell(count: number, to: string): Content {
  return count === 0 ? '0' : html`<a href=${to}>${countText(count)}</a>`
}

function rangeText({ from, to }: AgeBar): string {
  return to === null ? `${from}+` : `${from}–${to}`
}

function countOf({ exposed, other }: AgeBar): number {
  return exposed + other
}

function href(scope: string, query: string): string {
  return withQuery(paths.fleetPage(), `${scope} ${query}`.trim())
}

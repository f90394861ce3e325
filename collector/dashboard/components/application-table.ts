// The fleet by application, the worst first: each name leads to its page, each count to the servers it counts.
import { formatPattern } from '../../../shared/query/format.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import type { ApplicationItem } from '../../views/application-view.ts'
import { html, type Content, type View } from '../html.ts'
import { countText } from '../words.ts'
import { withQuery } from './search-form.ts'

const ROWS_SHOWN = 8
const MORE_MAX = 200

/** A term that selects the servers of one application, or with null of none. */
export function applicationTerm(name: string | null): string {
  return name === null ? '-app:*' : `app:${formatPattern([name])}`
}

/** Its page; browsers take the dots of "." and ".." out of an address, so those two are asked for instead. */
export function applicationHref(name: string): string {
  return /^\.\.?$/.test(name) ? withQuery(paths.fleetPage(), applicationTerm(name)) : paths.applicationPage(name)
}

/** Nothing where all servers belong to one application, or to none. */
export function applicationTable(items: readonly ApplicationItem[]): View | null {
  if (items.length < 2) return null
  const more = items.slice(ROWS_SHOWN)
  return html`<section class="applications" aria-labelledby="apps-title" data-region="applications">
    <h2 id="apps-title">Applications</h2>
    <table class="apps" role="table" aria-labelledby="apps-title">
      <thead role="rowgroup">
        <tr role="row">
          ${['Application', 'Need a person', 'Restart required', 'Cannot tell', 'Servers'].map((title) => html`<th role="columnheader" scope="col">${title}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${items.slice(0, ROWS_SHOWN).map(applicationRow)}
      </tbody>
    </table>
    ${more.length === 0 ? null : moreApplications(more)}
  </section>`
}

function applicationRow(item: ApplicationItem): View {
  const term = applicationTerm(item.name)
  return html`<tr role="row">
    <th role="rowheader" scope="row">${applicationLink(item.name)}</th>
    ${countCell('Need a person', item.promoted, `${term} reason:*`)}
    ${countCell('Restart required', item.state['restart-required'], `${term} state:restart-required`)}
    ${countCell('Cannot tell', item.state.unknown, `${term} state:unknown`)} ${countCell('Servers', item.total, term)}
  </tr>`
}

function applicationLink(name: string | null): View {
  if (name === null) return html`<a href=${withQuery(paths.fleetPage(), applicationTerm(null))}>No application</a>`
  return html`<a href=${applicationHref(name)}>${name}</a>`
}

function countCell(title: string, count: number, query: string): View {
  const content: Content =
    count === 0
      ? html`<span class="none">0</span>`
      : html`<a href=${withQuery(paths.fleetPage(), query)}>${countText(count)}</a>`
  return html`<td role="cell" data-label=${title}>${content}</td>`
}

function moreApplications(items: readonly ApplicationItem[]): View {
  const left = items.length - MORE_MAX
  return html`<details class="more">
    <summary>${countText(items.length)} more applications</summary>
    <ul>
      ${items.slice(0, MORE_MAX).map(({ name }) => html`<li>${applicationLink(name)}</li>`)}
    </ul>
    ${left <= 0 ? null : html`<p class="hint">${countText(left)} more can be found with app: in the search.</p>`}
  </details>`
}

// The work list: one row a server, in the order the collector judged most urgent. Roles are spelled out because the
// narrow layout turns rows into cards, and a table that is not displayed as one loses its roles.
import { paths } from '../../../shared/protocol/paths.ts'
import { USUAL_COLUMNS, type Column, type Columns } from '../server-columns.ts'
import type { KnownRow } from '../server-list.ts'
import type { ServerRow } from '../server-row.ts'
import { html, type View } from '../html.ts'
import { CELLS } from './server-cells.ts'

/** `also`: servers of other pages that a browser still shows in a frozen order and asked for by id. */
export function serverTable(
  items: readonly (ServerRow | KnownRow)[],
  also: readonly ServerRow[],
  now: number,
  { shown, areUsual }: Columns = USUAL_COLUMNS,
): View {
  const rowOf = (row: ServerRow) => serverRow(row, shown, now)
  const table = html`<table class="servers" role="table" aria-labelledby="list-title">
    <thead role="rowgroup">
      <tr role="row">
        ${shown.map(([name, title]) => html`<th role="columnheader" scope="col" class=${`c-${name}`}>${title}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup" data-rows="">
      ${items.map((item) => ('name' in item ? rowOf(item) : knownRow(item)))}
    </tbody>
    ${
      also.length === 0
        ? null
        : html`<tbody role="rowgroup" data-also="" hidden>
            ${also.map(rowOf)}
          </tbody>`
    }
  </table>`
  return areUsual ? table : scrolling(table)
}

/** Columns that a reader chose may need more room than there is. Whoever has no mouse scrolls what has the focus. */
function scrolling(table: View): View {
  return html`<div class="own-columns" id="list-columns" role="region" aria-labelledby="list-title" tabindex="0">
    ${table}
  </div>`
}

function knownRow({ id, revision }: KnownRow): View {
  return html`<tr data-key=${id} data-revision=${revision} data-known=""></tr>`
}

function serverRow(row: ServerRow, shown: readonly Column[], now: number): View {
  return html`<tr
    role="row"
    class=${row.promoted ? 'row promoted' : 'row'}
    data-key=${row.id}
    data-revision=${row.revision}
  >
    ${shown.map((column) => cell(row, column, now))}
  </tr>`
}

function cell(row: ServerRow, [column, title]: Column, now: number): View {
  if (column === 'server') {
    return html`<th role="rowheader" scope="row" class="c-server">
      <a href=${paths.serverPage(row.id)} title=${row.name}>${row.name}</a>
    </th>`
  }
  return html`<td role="cell" class=${`c-${column}`} data-label=${title}>${CELLS[column](row, now)}</td>`
}

// The work list: one row a server, in the order the collector judged most urgent. Roles are spelled out because the
// narrow layout turns rows into cards, and a table that is not displayed as one loses its roles.
import { paths } from '../../../shared/protocol/paths.ts'
import type { ServerItem } from '../../views/server-view.ts'
import type { KnownRow } from '../server-list.ts'
import { html, type Content, type View } from '../html.ts'
import { REPORTING_WORDS } from '../words.ts'
import { applicationHref } from './application-table.ts'
import { exposureMark, reasonMarks, stateMark } from './marks.ts'
import { snoozeMark } from './snooze-note.ts'
import { pickBox } from './selection-bar.ts'
import { moment, notKnown } from './times.ts'
import { whyText } from './why-text.ts'

const COLUMNS = [
  ['state', 'State'],
  ['server', 'Server'],
  ['app', 'App'],
  ['env', 'Env'],
  ['why', 'Why'],
  ['pending', 'Pending for'],
  ['deadline', 'Deadline'],
  ['exposure', 'Exposure'],
  ['report', 'Last report'],
  ['os', 'OS'],
] as const
type Column = (typeof COLUMNS)[number][0]

/** `also`: servers of other pages that a browser still shows in a frozen order and asked for by id. */
export function serverTable(items: readonly (ServerItem | KnownRow)[], also: readonly ServerItem[], now: number): View {
  return html`<table class="servers" role="table" aria-labelledby="list-title">
    <thead role="rowgroup">
      <tr role="row">
        ${COLUMNS.map(([name, title]) => html`<th role="columnheader" scope="col" class=${`c-${name}`}>${title}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup" data-rows="">
      ${items.map((item) => ('name' in item ? serverRow(item, now) : knownRow(item)))}
    </tbody>
    ${
      also.length === 0
        ? null
        : html`<tbody role="rowgroup" data-also="" hidden>
            ${also.map((item) => serverRow(item, now))}
          </tbody>`
    }
  </table>`
}

function knownRow({ id, revision }: KnownRow): View {
  return html`<tr data-key=${id} data-revision=${revision} data-known=""></tr>`
}

function serverRow(item: ServerItem, now: number): View {
  const name = item.name
  return html`<tr
    role="row"
    class=${item.promoted ? 'row promoted' : 'row'}
    data-key=${item.id}
    data-revision=${item.revision}
  >
    ${cell('state', html`<div class="state-line">${pickBox(name)}${stateMark(item.state)}${reasonMarks(item.reasons)}${snoozeMark(item.snoozed, now)}</div>`)}
    <th role="rowheader" scope="row" class="c-server">
      <a href=${paths.serverPage(item.id)} title=${name}>${name}</a>
    </th>
    ${cell('app', applicationCell(item.application))} ${cell('env', item.environment ?? notKnown())}
    ${cell('why', whyText(item))} ${cell('pending', pendingFor(item, now))} ${cell('deadline', deadline(item, now))}
    ${cell('exposure', exposureMark(item.exposure))} ${cell('report', lastReport(item, now))}
    ${cell('os', osName(item.os))}
  </tr>`
}

function cell(column: Column, content: Content): View {
  const title = COLUMNS.find(([name]) => name === column)?.[1]
  return html`<td role="cell" class=${`c-${column}`} data-label=${title}>${content}</td>`
}

function applicationCell(name: string | null): View {
  return name === null ? notKnown() : html`<a href=${applicationHref(name)}>${name}</a>`
}

function pendingFor(item: ServerItem, now: number): Content {
  if (item.since === null) return notKnown()
  const atLeast =
    item.sinceQuality === 'upper-bound' ? html`<span title="It was there when first looked at">≥ </span>` : null
  return html`<span>${atLeast}${moment(item.since, now, 'for')}</span>`
}

function deadline(item: ServerItem, now: number): View {
  if (item.staleAt === null) return notKnown()
  const isOver = Date.parse(item.staleAt) <= now
  return html`<span class=${isOver ? 'over' : 'due'}>${moment(item.staleAt, now, 'until')}</span>`
}

/** Silence that already stands among the reasons is not said twice. */
function lastReport(item: ServerItem, now: number): Content {
  const when = item.reporting === 'never' ? null : moment(item.lastReportAt, now, 'ago')
  if (item.reporting === 'current' || item.reasons.includes('silent')) return when ?? notKnown()
  return [html`<span class="reporting">${REPORTING_WORDS[item.reporting]}</span>`, when]
}

/** "Debian 12" of "Debian GNU/Linux 12 (bookworm)": the whole of it is in the title and on the server's page. */
function osName(os: string | null): View {
  if (os === null) return notKnown()
  const short = os.replace(' GNU/Linux', '').replace(/ \([^)]*\)$/, '')
  return html`<span title=${os}>${short}</span>`
}

// What waits for connections, and whether somebody on the internet can reach it: the worst first.
import type { Exposure } from '../../../shared/judgement/verdict.ts'
import type { ListenerView } from '../../views/listeners-view.ts'
import type { ServerDocument } from '../../views/server-view.ts'
import { html, type View } from '../html.ts'
import { countText, EXPOSURE_WORDS, LISTENER_REASON_WORDS } from '../words.ts'

/** A resolver or a proxy may listen on thousands; the document names them all. */
const ROWS_MAX = 100
const RANKS: Record<Exposure, number> = { exposed: 0, unknown: 1, filtered: 2 }

export function portsTable({ listeners, sections }: Pick<ServerDocument, 'listeners' | 'sections'>): View {
  const problem = problemText(sections.listeners)
  if (listeners === null) {
    return html`<p class="empty">${problem ?? 'The agent has not told yet which ports are listening.'}</p>`
  }
  const note = problem === null ? null : html`<p class="ports-note">${problem} This is what was seen before.</p>`
  if (listeners.length === 0)
    return html`<div>
      ${note}
      <p class="empty">No port is listening.</p>
    </div>`
  const rows = listeners.toSorted((a, b) => RANKS[a.verdict] - RANKS[b.verdict])
  return html`<div>
    ${note}
    <table class="ports" role="table" aria-labelledby="ports-title">
      <thead role="rowgroup">
        <tr role="row">
          ${['Port', 'Address', 'Reachable', 'Reason'].map((title) => html`<th role="columnheader" scope="col">${title}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.slice(0, ROWS_MAX).map(portRow)}
      </tbody>
    </table>
    ${rows.length <= ROWS_MAX ? null : html`<p class="ports-note">${countText(rows.length - ROWS_MAX)} more are in the JSON document.</p>`}
  </div>`
}

/** Null: the ports could be read. */
function problemText(look: ServerDocument['sections']['listeners']): string | null {
  if (look === undefined || look.outcome === 'observed') return null
  const why = look.reason === null ? '' : `: ${look.reason}`
  return look.outcome === 'failed'
    ? `The listening ports could not be read${why}.`
    : `There are no listening ports to read here${why}.`
}

function portRow({ protocol, port, address, verdict, reason }: ListenerView): View {
  return html`<tr role="row">
    <th role="rowheader" scope="row">${protocol} ${port}</th>
    <td role="cell" data-label="Address" class="raw">${address}</td>
    <td role="cell" data-label="Reachable"><span class=${`reach-${verdict}`}>${EXPOSURE_WORDS[verdict]}</span></td>
    <td role="cell" data-label="Reason">${LISTENER_REASON_WORDS[reason] ?? reason}</td>
  </tr>`
}

// What waits for connections, and whether somebody on the internet can reach it: the worst first.
import { DECLARED_HERE } from '../../../shared/judgement/port-declarations.ts'
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

function portRow(row: ListenerView): View {
  const { protocol, port, address, unit, container, verdict, reason, via } = row
  const holder = container === null ? unit : `container ${container}`
  return html`<tr role="row">
    <th role="rowheader" scope="row">
      ${protocol} ${port}${holder === null ? null : html`<span class="port-unit">${holder}</span>`}
    </th>
    <td role="cell" data-label="Address" class="raw">${address}</td>
    <td role="cell" data-label="Reachable"><span class=${`reach-${verdict}`}>${EXPOSURE_WORDS[verdict]}</span></td>
    <td role="cell" data-label="Reason">
      ${LISTENER_REASON_WORDS[reason] ?? reason}${via === null ? null : ` (${VIA_WORDS[via]})`} ${shareText(row)}
      ${row.rule === null ? null : html`<code class="port-rule">${row.rule}</code>`} ${declaredText(row)}
    </td>
  </tr>`
}

const VIA_WORDS = { dnat: 'through address translation', redirect: 'through a redirect' } as const

/** All or none says the verdict already. */
function shareText({ share }: ListenerView): View | null {
  if (share === null || share === 0 || share === 1) return null
  const percent = share * 100
  const shown = percent < 0.1 ? 'less than 0.1' : percent > 99.9 ? 'more than 99.9' : percent.toFixed(1)
  return html`<span class="port-share">${shown} % of the internet gets through.</span>`
}

function declaredText({ declared, reason }: ListenerView): View | null {
  if (declared === null) return null
  if (reason === DECLARED_HERE) return declaredHere(declared)
  const { by, why, expires, isExpired, judged } = declared
  const until = expires === null ? '' : `, until ${expires}`
  const said = isExpired
    ? `Declared in agent.toml (${by}) until ${expires ?? 'a day that is over'}, which counts no more: ${why}`
    : `${by === 'network.publicAddress' ? 'Told by the cloud' : `Declared (${by})`}${until}: ${why}. By itself this server says ${EXPOSURE_WORDS[judged].toLowerCase()}.`
  return html`<span class="port-declared">${said}</span>`
}

/** Who said it and until when stands in the list below; here the two verdicts beside each other. */
function declaredHere({ by, judged }: NonNullable<ListenerView['declared']>): View {
  return html`<span class="port-declared"
    >Said by ${by}. By itself this server says ${EXPOSURE_WORDS[judged].toLowerCase()}.</span
  >`
}

// Every signal with its raw value, where it came from, when it was read, what it says and whether it decided.
import type { SignalView } from '../../views/server-view.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { SIGNAL_TEXTS } from '../help/verdict-texts.ts'
import { html, type Content, type View } from '../html.ts'
import { moment, notKnown } from './times.ts'

const SAYS_WORDS: Record<SignalView['says'], string> = {
  required: 'Restart required',
  'not-required': 'Not required',
  unknown: 'Cannot tell',
}
const ROLE_WORDS: Record<SignalView['role'], string> = { decides: 'Decides', informs: 'Informs' }

export function evidenceTable(signals: readonly SignalView[], now: number): View {
  if (signals.length === 0) return html`<p class="empty">Nothing was read from this server yet.</p>`
  return html`<table class="evidence" role="table" aria-labelledby="evidence-title">
    <thead role="rowgroup">
      <tr role="row">
        ${['Signal', 'Says', 'Value', 'Source', 'Read', 'Role'].map((title) => html`<th role="columnheader" scope="col">${title}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${signals.map((signal) => evidenceRow(signal, now))}
    </tbody>
  </table>`
}

function evidenceRow(signal: SignalView, now: number): View {
  return html`<tr role="row" class=${`signal-${signal.role}`}>
    <th role="rowheader" scope="row">
      <span class="signal-name">${signalName(signal.name)}</span><span class="signal-why">${signal.why}</span>
    </th>
    <td role="cell" data-label="Says"><span class=${`says says-${signal.says}`}>${SAYS_WORDS[signal.says]}</span></td>
    <td role="cell" data-label="Value" class="raw">${signal.value ?? notKnown()}</td>
    <td role="cell" data-label="Source" class="raw">${signal.source}</td>
    <td role="cell" data-label="Read">${moment(signal.readAt, now, 'ago')}</td>
    <td role="cell" data-label="Role"><span class=${`role-${signal.role}`}>${ROLE_WORDS[signal.role]}</span></td>
  </tr>`
}

/** Leads to what the signal means; one of a newer judge is shown as it is. */
function signalName(name: string): Content {
  return Object.hasOwn(SIGNAL_TEXTS, name) ? html`<a href=${`${paths.helpPage()}#signal-${name}`}>${name}</a>` : name
}

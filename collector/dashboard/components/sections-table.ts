// What the agent looked at and how that went: "could not look" stands beside "not there" and is never mistaken for it.
import type { ServerDocument } from '../../views/server-view.ts'
import { html, type View } from '../html.ts'
import { OUTCOME_WORDS } from '../words.ts'
import { moment } from './times.ts'

export function sectionsTable(sections: ServerDocument['sections'], now: number): View {
  const looks = Object.entries(sections)
  if (looks.length === 0) return html`<p class="empty">The agent has not sent a full report yet.</p>`
  return html`<table class="sections" role="table" aria-labelledby="sections-title">
    <thead role="rowgroup">
      <tr role="row">
        ${['Section', 'Outcome', 'Read'].map((title) => html`<th role="columnheader" scope="col">${title}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${looks.map(
        ([name, look]) =>
          html`<tr role="row">
            <th role="rowheader" scope="row">${name}</th>
            <td role="cell" data-label="Outcome">
              <span class=${`outcome-${look.outcome}`}>${OUTCOME_WORDS[look.outcome]}</span>
              ${look.reason === null ? null : html`<span class="outcome-reason"> ${look.reason}</span>`}
            </td>
            <td role="cell" data-label="Read">${moment(look.readAt, now, 'ago')}</td>
          </tr>`,
      )}
    </tbody>
  </table>`
}

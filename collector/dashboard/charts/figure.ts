// The frame of every picture: what it answers, what is to be seen on it in a sentence, and the numbers it is drawn from.
import { html, type Content, type View } from '../html.ts'
import { swatch, type Mark } from './plot.ts'

export type Figure = {
  /** Makes its ids one of a kind. */
  name: string
  title: string
  /** For those who see the picture and those who do not. */
  says: Content
  legend: readonly (readonly [Mark, string])[]
  /** Null: there is nothing to draw, and the sentence says so. */
  picture: View | null
  table: Table | null
}

/** The first cell of a row is its header. */
export type Table = { columns: readonly string[]; rows: readonly (readonly Content[])[] }

export function figure({ name, title, says, legend, picture, table }: Figure): View {
  return html`<figure class="chart" data-chart=${name} aria-labelledby=${`${name}-title`}>
    <figcaption>
      <h3 id=${`${name}-title`}>${title}</h3>
      <p class="hint" id=${`${name}-says`}>${says}</p>
    </figcaption>
    ${picture === null ? null : legendOf(legend)} ${picture} ${table === null ? null : asTable(name, title, table)}
  </figure>`
}

function legendOf(entries: Figure['legend']): View | null {
  if (entries.length === 0) return null
  return html`<ul class="legend">
    ${entries.map(([mark, word]) => html`<li>${swatch(mark)} ${word}</li>`)}
  </ul>`
}

function asTable(name: string, title: string, { columns, rows }: Table): View {
  return html`<details id=${`${name}-table`}>
    <summary>As a table<span class="sr">: ${title}</span></summary>
    <table class="numbers">
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([head, ...cells]) =>
            html`<tr>
              <th scope="row">${head}</th>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </details>`
}

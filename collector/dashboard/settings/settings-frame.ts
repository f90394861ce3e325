// What the settings pages share: their navigation, which names only what its reader may see, and a few parts.
import { html, type Content, type View } from '../html.ts'
import { signedInPage, type Shell } from '../layout.ts'
import { countText } from '../words.ts'
import { settingsPagesFor, type SettingsTitle } from './settings-pages.ts'

export type SettingsPage = {
  title: SettingsTitle
  /** One sentence under the title. */
  lead: Content
  dataUrl: string
  main: Content
}

export function settingsPage(shell: Shell, { title, lead, dataUrl, main }: SettingsPage): View {
  return signedInPage(shell, {
    title: `${title} · Overdue`,
    kind: 'still',
    place: 'settings',
    dataUrl,
    main: html`<nav class="sub" aria-label="Settings">
        ${settingsPagesFor(shell.role).map(
          ([word, href]) => html`<a href=${href} aria-current=${word === title ? 'page' : undefined}>${word}</a>`,
        )}
      </nav>
      <div class="lead">
        <h1>${title}</h1>
        <p class="hint">${lead}</p>
      </div>
      ${main}`,
  })
}

/** What just happened; a screen reader says it. */
export function doneNote(text: string | null): View | null {
  return text === null ? null : html`<p class="done" role="status">${text}</p>`
}

export function problemNote(problem: string | null): View | null {
  return problem === null ? null : html`<p class="problem" role="alert">${problem}</p>`
}

/** A secret, the only time it is on any page. */
export function secretNote(title: string, content: Content): View {
  return html`<section class="secret" aria-labelledby="secret-title">
    <h2 id="secret-title">${title}</h2>
    ${content}
  </section>`
}

export function field(label: string, id: string, control: View, help: Content = null): View {
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${control} ${help === null ? null : html`<p class="field-help" id=${`${id}-help`}>${help}</p>`}
  </div>`
}

type Choice = readonly [value: string, words: string]

export function selectField(
  label: string,
  id: string,
  choices: readonly Choice[],
  chosen: string,
  help: Content = null,
): View {
  const options = choices.map(
    ([value, words]) => html`<option value=${value} selected=${value === chosen}>${words}</option>`,
  )
  return field(
    label,
    id,
    html`<select id=${id} name=${id}>
      ${options}
    </select>`,
    help,
  )
}

type TextField = { value?: string; placeholder?: string; help?: Content; required?: boolean; numeric?: boolean }

export function textField(
  label: string,
  id: string,
  { value = '', placeholder, help = null, required, numeric }: TextField = {},
): View {
  return field(
    label,
    id,
    html`<input
      id=${id}
      name=${id}
      type="text"
      value=${value}
      placeholder=${placeholder}
      required=${required === true ? true : undefined}
      inputmode=${numeric === true ? 'numeric' : undefined}
      maxlength="255"
      autocomplete="off"
      autocapitalize="none"
      spellcheck="false"
      aria-describedby=${help === null ? undefined : `${id}-help`}
    />`,
    help,
  )
}

/** Rows of a settings table; cells beside their heading. On a narrow page each row is a card. */
export function settingsTable(
  label: string,
  headings: readonly string[],
  rows: readonly (readonly Content[])[],
  empty: string,
): View {
  if (rows.length === 0) return html`<p class="nothing">${empty}</p>`
  return html`<table class="list" role="table" aria-label=${label}>
    <thead role="rowgroup">
      <tr role="row">
        ${headings.map((heading) => html`<th role="columnheader" scope="col">${heading}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map(
        (cells) =>
          html`<tr role="row">
            ${cells.map((cell, at) =>
              at === 0
                ? html`<th role="rowheader" scope="row">${cell}</th>`
                : html`<td role="cell" data-label=${headings[at]}>${cell}</td>`,
            )}
          </tr>`,
      )}
    </tbody>
  </table>`
}

/** More than anybody reads at once; the JSON document has all. */
const ROWS_MAX = 200

/** Those in use first, and of the others as many as fit. */
export function shownFirst<T>(items: readonly T[], isInUse: (item: T) => boolean): { shown: T[]; more: number } {
  const sorted = [...items.filter(isInUse), ...items.filter((item) => !isInUse(item))]
  return { shown: sorted.slice(0, ROWS_MAX), more: Math.max(0, sorted.length - ROWS_MAX) }
}

export function moreNote(more: number): View | null {
  return more === 0 ? null : html`<p class="hint">${countText(more)} more are in the JSON document.</p>`
}

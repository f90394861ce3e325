// One field for the query language. Without JavaScript, with an address that can be kept and passed on.
import { paths } from '../../../shared/protocol/paths.ts'
import { isWordKey, KEY_NAMES, QUERY_KEYS, WORDS } from '../../../shared/query/keys.ts'
import { html, type View } from '../html.ts'
import { countText } from '../words.ts'

export type Search = {
  /** As written; '' for all servers. */
  text: string
  /** Why the text cannot be answered, in a sentence; null: it was. */
  problem: string | null
  /** How many servers are listed. */
  found: number
}

/** What the suggestions begin with: each key, what it asks, and its words where they are a closed list. */
const KEYS = JSON.stringify(KEY_NAMES.map((key) => [key, QUERY_KEYS[key].asks, isWordKey(key) ? WORDS[key] : null]))

/** What an address keeps beside the query, by the name of its parameter. */
export type Kept = Readonly<Record<string, string>>

export function searchForm({ text, problem }: Search, kept: Kept = {}): View {
  return html`<search>
    <form class="search" method="get" action=${paths.fleetPage()}>
      ${Object.entries(kept).map(([name, value]) => html`<input type="hidden" name=${name} value=${value} />`)}
      <label class="sr" for="q">Search servers</label>
      <input
        id="q"
        name="q"
        type="search"
        value=${text}
        placeholder="state:restart-required app:shop web-"
        autocapitalize="none"
        autocomplete="off"
        spellcheck="false"
        data-keys=${KEYS}
        aria-invalid=${problem === null ? undefined : 'true'}
        aria-describedby=${problem === null ? undefined : 'q-problem'}
      />
      <ul id="q-options" class="options" role="listbox" aria-label="Suggestions" hidden></ul>
      <button type="submit">Search</button>
    </form>
    ${problem === null ? null : html`<p class="problem" id="q-problem" role="alert">${problem}</p>`}
  </search>`
}

/** What the list below holds, and the way back to everything. */
export function searchResult({ text, problem, found }: Search, kept: Kept = {}): View {
  const query = problem === null ? text : ''
  const what = query === '' ? 'Most urgent first.' : `${matches(found)}, most urgent first.`
  return html`<p class="hint" data-region="found">
    ${problem === null ? what : 'All servers, most urgent first: the search was not understood.'}
    ${text === '' ? null : html` <a href=${withQuery(paths.fleetPage(), '', kept)}>Clear search</a>`}
    ${found === 0 ? null : html` <a href=${withQuery(paths.serversCsv(), query)} download>CSV</a>`}
  </p>`
}

export function nothingFound(): View {
  return html`<p class="nothing">No server matches.</p>`
}

/** The address with the query in it; without one the bare address. Commas stay readable: nothing asks to write them else. */
export function withQuery(path: string, text: string, more: Kept = {}): string {
  const query = new URLSearchParams({ ...(text === '' ? {} : { q: text }), ...more }).toString().replaceAll('%2C', ',')
  return query === '' ? path : `${path}?${query}`
}

function matches(found: number): string {
  return found === 1 ? 'One server matches' : `${countText(found)} servers match`
}

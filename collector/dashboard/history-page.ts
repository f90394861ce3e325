// `/history`: what happened, newest first. It stands as it was made: lines that push others down are read twice or never.
import { EVENT_TYPES } from '../../shared/judgement/transition.ts'
import { paths } from '../../shared/protocol/paths.ts'
import type { HistoryItem } from '../views/history-view.ts'
import { historyList } from './components/history-list.ts'
import { historyHref, type HistoryFilters } from './history-filters.ts'
import { html, type Content, type View } from './html.ts'
import { signedInPage, type Shell } from './layout.ts'
import { EVENT_WORDS } from './words.ts'

export type HistoryModel = {
  filters: HistoryFilters
  /** Why the filters cannot be answered, in a sentence; null: they were. */
  problem: string | null
  /** No page of newer events lies before this one. */
  isNewest: boolean
  /** Of the one server that was asked for; null: none was, or it is not known. */
  serverName: string | null
  /** Newest first. */
  items: readonly HistoryItem[]
  /** Where older events go on; null: there are none. */
  nextBefore: string | null
}

export function historyPage(shell: Shell, model: HistoryModel): View {
  const { filters, isNewest, nextBefore } = model
  return signedInPage(shell, {
    title: 'History · Overdue',
    kind: 'still',
    place: 'history',
    dataUrl: historyHref(paths.history(), filters),
    main: html`<div class="lead">
        <h1>History</h1>
        <p class="hint">What changed, newest first. Times are when the collector accepted it.</p>
      </div>
      ${filterForm(model)} ${only(model)}
      <div class="history-page">${lines(shell, model)}</div>
      <nav class="pager" aria-label="Pages" hidden=${isNewest && nextBefore === null}>
        ${isNewest ? html`<span class="none">Newest</span>` : html`<a href=${historyHref(paths.historyPage(), filters)}>Newest</a>`}
        ${
          nextBefore === null
            ? html`<span class="none">Older</span>`
            : html`<a rel="next" href=${historyHref(paths.historyPage(), filters, nextBefore)}>Older</a>`
        }
      </nav>`,
  })
}

function lines(shell: Shell, { items, filters, problem, nextBefore }: HistoryModel): Content {
  if (problem !== null) return html`<p class="nothing">Nothing is shown: the filter was not understood.</p>`
  if (items.length > 0) return historyList(items, shell.now, { namesServers: true })
  // A search that finds little stops before it holds up everything else.
  if (nextBefore !== null) return html`<p class="nothing">Nothing among the newest of them; go on with Older.</p>`
  const isFiltered = Object.values(filters).some((value) => value !== '')
  return isFiltered
    ? html`<p class="nothing">Nothing like this happened. <a href=${paths.historyPage()}>Show everything</a></p>`
    : html`<p class="nothing">Nothing has happened yet. What servers report appears here.</p>`
}

function filterForm({ filters, problem }: HistoryModel): View {
  return html`<search>
    <form class="filters" method="get" action=${paths.historyPage()}>
      ${field('Servers', 'q', html`<input id="q" name="q" type="search" value=${filters.q} placeholder="app:shop web-" autocapitalize="none" autocomplete="off" spellcheck="false" aria-invalid=${problem === null ? undefined : 'true'} aria-describedby=${problem === null ? undefined : 'q-problem'} />`)}
      ${field(
        'What',
        'type',
        html`<select id="type" name="type">
          <option value="">Everything</option>
          ${EVENT_TYPES.map((type) => html`<option value=${type} selected=${filters.type === type}>${EVENT_WORDS[type]}</option>`)}
        </select>`,
      )}
      ${field('From', 'from', html`<input id="from" name="from" type="date" value=${filters.from} />`)}
      ${field('To', 'to', html`<input id="to" name="to" type="date" value=${filters.to} />`)}
      ${hidden('app', filters.app)} ${hidden('server', filters.server)}
      <button type="submit">Show</button>
    </form>
    ${problem === null ? null : html`<p class="problem" id="q-problem" role="alert">${problem}</p>`}
  </search>`
}

function field(label: string, id: string, control: View): View {
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${control}
  </div>`
}

function hidden(name: string, value: string): View | null {
  return value === '' ? null : html`<input type="hidden" name=${name} value=${value} />`
}

/** What was asked for by a link from elsewhere, and the way to let go of it. */
function only({ filters, serverName }: HistoryModel): View | null {
  const { app, server } = filters
  if (app === '' && server === '') return null
  const what = [
    app === '' ? null : html`application <b>${app}</b>`,
    server === '' ? null : html`server <b>${serverName ?? server}</b>`,
  ].filter((part) => part !== null)
  return html`<p class="only">
    Only ${what.flatMap((part, at) => (at === 0 ? [part] : [' and ', part]))}.${' '}
    <a href=${historyHref(paths.historyPage(), { ...filters, app: '', server: '' })}>Show all</a>
  </p>`
}

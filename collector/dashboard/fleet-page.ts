// `/`: what must be restarted now, why, and can this page be trusted. Sentence first, then counts, then the work list.
import { paths } from '../../shared/protocol/paths.ts'
import type { ApplicationItem } from '../views/application-view.ts'
import type { Facets } from '../views/facets-view.ts'
import type { Summary } from '../views/summary-view.ts'
import { exposureNote, fleetNotes, freshness } from './components/fleet-notes.ts'
import { applicationTable } from './components/application-table.ts'
import { installCard, type FirstRun } from './components/install-card.ts'
import { columnsForm, columnsProblem } from './components/columns-form.ts'
import { pager } from './components/pager.ts'
import { searchExamples } from './components/search-examples.ts'
import { nothingFound, searchForm, searchResult, withQuery, type Kept, type Search } from './components/search-form.ts'
import { selectionBar } from './components/selection-bar.ts'
import { serverTable } from './components/server-table.ts'
import { tileCountsOf, tiles } from './components/tiles.ts'
import { chartsSection, type Charts } from './charts/charts.ts'
import { html, type View } from './html.ts'
import { signedInPage, type Shell } from './layout.ts'
import { columnsParameter, type Columns } from './server-columns.ts'
import type { ServerList } from './server-list.ts'

export type FleetModel = ServerList & {
  summary: Summary
  search: Search
  columns: Columns
  /** Most urgent first. */
  applications: readonly ApplicationItem[]
  firstRun: FirstRun
  /** Of all active servers. */
  facets: Facets
  /** Null on a page that is about what was searched for, and where only what changed was asked for. */
  charts: Charts | null
}

export function fleetPage(shell: Shell, model: FleetModel): View {
  const { summary, search, columns } = model
  const kept = columnsParameter(columns)
  return signedInPage(shell, {
    title: 'Overdue',
    kind: 'fleet',
    place: 'fleet',
    dataUrl: withQuery(paths.servers(), answeredText(search)),
    main: html`<div data-steady>
        <div class="lead" data-region="lead">
          ${sentence(summary)}
          <div class="notes">${freshness(summary, shell.now)} ${fleetNotes(summary)}</div>
        </div>
      </div>
      ${tiles(tileCountsOf(summary), '', kept)}
      <section aria-labelledby="list-title">
        ${summary.total === 0 ? null : html`${searchForm(search, kept)} ${searchExamples(model.facets, kept)}`}
        ${columnsProblem(columns)}
        <div class="list-head">
          <h2 id="list-title" tabindex="-1">Servers</h2>
          ${searchResult(search, kept)}
          ${summary.total === 0 ? null : columnsForm(columns, search.text, model.paging.number)}
          <button type="button" id="resort" class="resort" hidden></button>
        </div>
        <div data-list>${list(shell, model)}</div>
        ${pager(model.paging, (page) => pageHref(search.text, page, kept))}
        ${summary.total === 0 ? null : selectionBar()}
      </section>
      ${search.text === '' ? applicationTable(model.applications) : null}
      ${model.charts === null ? null : chartsSection(model.charts)} ${exposureNote(summary)}`,
  })
}

/** What matters is said first; the rest of it stands back. The text stays whole for those who listen or search. */
function sentence(summary: Summary): View {
  // That the servers are invented stands above every page already.
  const text = summary.demo ? summary.sentence.replace(/^Demo data\. /, '') : summary.sentence
  const end = text.indexOf('. ') + 1
  if (end === 0) return html`<h1 data-sentence>${text}</h1>`
  const rest = text.slice(end)
  return html`<h1 data-sentence>${text.slice(0, end)}<span class="rest" title=${rest.trim()}>${rest}</span></h1>`
}

function list(shell: Shell, { summary, search, items, also, firstRun, columns }: FleetModel): View {
  // A query may look beyond the active servers that the summary counts.
  if (summary.total === 0 && search.found === 0) return installCard(firstRun)
  return search.found === 0 ? nothingFound() : serverTable(items, also, shell.now, columns)
}

/** Text that was not understood selects nothing: everything is listed. */
function answeredText({ text, problem }: Search): string {
  return problem === null ? text : ''
}

function pageHref(text: string, page: number, kept: Kept): string {
  return withQuery(paths.fleetPage(), text, page === 1 ? kept : { ...kept, page: String(page) })
}

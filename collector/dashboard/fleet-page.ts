// `/`: what must be restarted now, why, and can this page be trusted. Sentence first, then counts, then the work list.
import { paths } from '../../shared/protocol/paths.ts'
import type { ServerItem } from '../views/server-view.ts'
import type { Summary } from '../views/summary-view.ts'
import { fleetNotices, freshness } from './components/fleet-notes.ts'
import { installCard } from './components/install-card.ts'
import { pager, type Paging } from './components/pager.ts'
import { serverTable } from './components/server-table.ts'
import { tiles } from './components/tiles.ts'
import { html, type View } from './html.ts'
import { signedInPage, type Shell } from './layout.ts'

export type FleetModel = {
  summary: Summary
  /** The servers of this page, most urgent first. */
  items: readonly ServerItem[]
  /** Servers asked for by id beside those; see components/server-table.ts. */
  also: readonly ServerItem[]
  paging: Paging
  /** Where agents reach this collector, without a trailing slash. */
  collectorUrl: string
}

export function fleetPage(shell: Shell, model: FleetModel): View {
  const { summary } = model
  return signedInPage(shell, {
    title: 'Overdue',
    kind: 'fleet',
    dataUrl: paths.servers(),
    main: html`<div class="lead" data-region="lead">
        ${sentence(summary.sentence)} ${freshness(summary, shell.now)} ${fleetNotices(summary)}
      </div>
      ${tiles(countsOf(summary))}
      <section aria-labelledby="list-title">
        <div class="list-head">
          <h2 id="list-title" tabindex="-1">Servers</h2>
          <p class="hint">Most urgent first</p>
          <button type="button" id="resort" class="resort" hidden></button>
        </div>
        <div data-list>
          ${summary.total === 0 ? installCard(model.collectorUrl) : serverTable(model.items, model.also, shell.now)}
        </div>
        ${pager(model.paging, fleetPageHref)}
      </section>`,
  })
}

/** What matters is said first; the rest of it stands back. The text stays whole for those who listen or search. */
function sentence(text: string): View {
  const end = text.indexOf('. ') + 1
  if (end === 0) return html`<h1 data-sentence>${text}</h1>`
  return html`<h1 data-sentence>${text.slice(0, end)}<span class="rest">${text.slice(end)}</span></h1>`
}

function fleetPageHref(page: number): string {
  return page === 1 ? paths.fleetPage() : `${paths.fleetPage()}?page=${page}`
}

function countsOf({ promoted, state, cannotTell }: Summary) {
  return {
    needsPerson: promoted,
    restartRequired: state['restart-required'],
    cannotTell,
    fine: state.ok + state.deferrable,
  }
}

// `/apps/{application}`: the notices that a person should look at now, every server of it, and the policy they are
// judged by. All servers of an application are the application's, whatever else they share.
import { paths } from '../../shared/protocol/paths.ts'
import type { ApplicationItem } from '../views/application-view.ts'
import type { HistoryItem } from '../views/history-view.ts'
import type { ServerItem } from '../views/server-view.ts'
import type { Summary } from '../views/summary-view.ts'
import { applicationTerm } from './components/application-table.ts'
import { facts } from './components/facts.ts'
import { freshness } from './components/fleet-notes.ts'
import { historyList } from './components/history-list.ts'
import { exposureMark, reasonMarks } from './components/marks.ts'
import { pager } from './components/pager.ts'
import { withQuery } from './components/search-form.ts'
import { selectionBar } from './components/selection-bar.ts'
import { serverTable } from './components/server-table.ts'
import { tileCountsOf, tiles } from './components/tiles.ts'
import { chartsSection, type Charts } from './charts/charts.ts'
import { html, type Content, type View } from './html.ts'
import { signedInPage, type Shell } from './layout.ts'
import type { ServerList } from './server-list.ts'
import { countText } from './words.ts'

export type ApplicationModel = ServerList & {
  name: string
  summary: Summary
  application: ApplicationItem
  /** Those that need a person, as many as fit here. */
  notices: readonly ServerItem[]
  /** Newest first; the last few. */
  history: readonly HistoryItem[]
  /** Null on a page without servers, and where only what changed was asked for. */
  charts: Charts | null
}

export function applicationPage(shell: Shell, model: ApplicationModel): View {
  const { name, summary } = model
  const term = applicationTerm(name)
  return signedInPage(shell, {
    title: `${name} · Overdue`,
    kind: 'application',
    place: 'fleet',
    application: name,
    dataUrl: paths.application(name),
    main: html`<p class="kicker">Application</p>
      <div data-steady>
        <div class="lead lead-application" data-region="lead">
          <h1>${name}</h1>
          <div class="notes">
            <p class="lead-sentence" data-sentence>${summary.sentence}</p>
            ${freshness(summary, shell.now)}
          </div>
        </div>
      </div>
      ${tiles(tileCountsOf(summary), term)}
      <div data-steady>${notices(model.notices, summary.promoted, term)}</div>
      <section aria-labelledby="list-title">
        <div class="list-head">
          <h2 id="list-title" tabindex="-1">Servers</h2>
          <p class="hint" data-region="found">
            ${countText(summary.total)} in all, most urgent first.${' '}
            <a href=${withQuery(paths.fleetPage(), term)}>Search in them</a>${' '}
            <a href=${withQuery(paths.serversCsv(), term)} download>CSV</a>
          </p>
          <button type="button" id="resort" class="resort" hidden></button>
        </div>
        <div data-list>${list(shell, model)}</div>
        ${pager(model.paging, (page) => `${paths.applicationPage(name)}?page=${page}`)}
        ${summary.total === 0 ? null : selectionBar()}
      </section>
      ${model.charts === null ? null : chartsSection(model.charts, term)}
      <div class="columns-even">${policyPanel(model.application)} ${historyPanel(shell, model, name)}</div>`,
  })
}

function list(shell: Shell, { items, also, summary }: ApplicationModel): View {
  if (summary.total === 0) return html`<p class="nothing">No active server belongs to this application now.</p>`
  return serverTable(items, also, shell.now)
}

/** As long as a notice is, where its place is narrow. */
const NO_NOTICE = () =>
  html`<p class="hint">
    No server of this application. One comes here when its restart waits for longer than policy allows, when anyone can
    reach it meanwhile, or when it falls silent.
  </p>`

/** What cannot wait, each with the sentence that says why. Its place is there before the first of them. */
function notices(shown: readonly ServerItem[], promoted: number, term: string): View {
  const left = promoted - shown.length
  const isNone = shown.length === 0
  return html`<section
    class=${isNone ? 'notices none-now' : 'notices'}
    data-region="notices"
    aria-labelledby="notices-title"
  >
    <h2 id="notices-title">Needs a person now</h2>
    ${isNone ? NO_NOTICE() : null}
    <ul hidden=${isNone}>
      ${shown.map(
        (item) =>
          html`<li>
            <p class="notice-head">
              <a href=${paths.serverPage(item.id)}>${item.name}</a> ${reasonMarks(item.reasons)}
            </p>
            <p>${item.headline}</p>
          </li>`,
      )}
    </ul>
    ${left <= 0 ? null : html`<p><a href=${withQuery(paths.fleetPage(), `${term} reason:*`)}>${countText(left)} more</a></p>`}
  </section>`
}

function policyPanel({ policy, worstExposure }: ApplicationItem): View {
  const { staleAfter, unknownExposureCounts, outdatedServiceCounts } = policy
  return html`<section class="panel" data-region="policy" aria-labelledby="policy-title">
    <h2 id="policy-title">Policy in force</h2>
    ${facts([
      [
        'Stale after',
        fromWhere(
          `${daysText(staleAfter.exposedDays)} when exposed, otherwise ${daysText(staleAfter.otherwiseDays)}`,
          staleAfter.from,
        ),
      ],
      [
        'Unknown exposure',
        fromWhere(unknownExposureCounts.value ? 'counts as exposed' : 'does not promote', unknownExposureCounts.from),
      ],
      [
        'Old code at an open port',
        fromWhere(outdatedServiceCounts.value ? 'promotes' : 'does not promote', outdatedServiceCounts.from),
      ],
      ['Worst exposure now', worstExposure === null ? null : exposureMark(worstExposure)],
    ])}
    <p class="hint"><a href=${paths.policyPage()}>What the policy is, and how to change it</a></p>
  </section>`
}

function fromWhere(text: string, from: 'application' | 'fleet'): Content {
  return html`<span
    >${text}<span class="quality"> ${from === 'fleet' ? 'as the whole fleet' : 'of this application alone'}</span></span
  >`
}

function historyPanel(shell: Shell, { history }: ApplicationModel, name: string): View {
  return html`<section class="panel" data-region="history" aria-labelledby="history-title">
    <h2 id="history-title">History</h2>
    ${historyList(history, shell.now, { namesServers: true })}
    <p class="hint">
      <a href=${`${paths.historyPage()}?${new URLSearchParams({ app: name }).toString()}`}>All of its history</a>
    </p>
  </section>`
}

function daysText(days: number): string {
  return days === 1 ? '1 day' : `${days} days`
}

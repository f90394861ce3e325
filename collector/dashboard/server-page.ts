// `/servers/{id}`: the verdict and everything it rests on, so that nobody has to believe it.
import { paths } from '../../shared/protocol/paths.ts'
import type { HistoryItem } from '../views/history-view.ts'
import type { StateStrip } from '../views/charts/state-strip-view.ts'
import type { ServerDocument } from '../views/server-view.ts'
import { effectList, hasEffect } from './components/effect-list.ts'
import { componentsList } from './components/components-list.ts'
import { evidenceTable } from './components/evidence-table.ts'
import { facts } from './components/facts.ts'
import { firewallLine } from './components/firewall-line.ts'
import { declarationsList } from './components/declarations-list.ts'
import { fixesList } from './components/fixes-list.ts'
import { forgetForm } from './components/forget-form.ts'
import { historyList } from './components/history-list.ts'
import { identityFacts } from './components/identity-facts.ts'
import { declareForm, snoozeForm } from './components/operator-forms.ts'
import { portsTable } from './components/ports-table.ts'
import { restartHelp } from './components/restart-help.ts'
import { sectionsTable } from './components/sections-table.ts'
import { updatesPanel } from './components/updates-panel.ts'
import { verdictPanel } from './components/verdict-panel.ts'
import { patterns } from './charts/plot.ts'
import { stateStripFigure } from './charts/state-strip.ts'
import { html, type Content, type View } from './html.ts'
import { signedInPage, type Shell } from './layout.ts'
import type { ServerDraft } from './server-draft.ts'

export type ServerModel = {
  server: ServerDocument
  /** Newest first; the last few. */
  history: readonly HistoryItem[]
  strip: StateStrip
  /** For operators; null: a reader sees no form. */
  formToken: string | null
  /** A form that could not be taken; null: none. */
  draft: ServerDraft | null
  /** Was the collector given a list of what is known to be exploited? */
  hasExploitedList?: boolean
}

export function serverPage(shell: Shell, model: ServerModel): View {
  const { server, history, strip, formToken, draft, hasExploitedList = false } = model
  const needsRestart = server.state === 'restart-required' || server.state === 'deferrable'
  return signedInPage(shell, {
    title: `${server.name} · Overdue`,
    kind: 'server',
    place: 'fleet',
    serverId: server.id,
    dataUrl: paths.server(server.id),
    main: html`<div class="server">
      ${verdictPanel(server, shell.now, formToken)}
      <div class="strip" data-region="strip">${patterns()} ${stateStripFigure(strip)}</div>
      <div class="columns">
        <div>
          ${panel('why', 'Why', whyContent(server), needsRestart)}
          ${panel('restart', 'How to restart', restartHelp(server), needsRestart)}
          ${panel('effect', 'What a restart makes effective', effectList(server), hasEffect(server))}
          ${panel('evidence', 'Evidence', evidenceTable(server.signals, shell.now), true)}
          ${panel('ports', 'Ports', portsContent(server, formToken, shell.now), true)}
          ${panel('fixes', 'What these upgrades fixed', fixesList(server, hasExploitedList), true)}
          ${panel('updates', 'Updates', updatesPanel(server, shell.now), true)}
          ${panel('sections', 'What was looked at', sectionsTable(server.sections, shell.now), true)}
        </div>
        <div>
          ${panel('identity', 'Identity', facts(identityFacts(server, shell.now)), true)}
          ${panel('components', 'Components', componentsList(server), true)}
          ${panel('history', 'History', historyContent(server.id, history, shell.now), true)}
          ${formToken === null || server.lifecycle === 'removed' ? null : actions(server, formToken, draft)}
        </div>
      </div>
    </div>`,
  })
}

/** Outside of what is patched while the page is open: a form half filled in stays as it is. */
function actions(server: ServerDocument, formToken: string, draft: ServerDraft | null): View {
  return html`<section class="panel acts" aria-labelledby="acts-title">
    <h2 id="acts-title">Actions</h2>
    ${server.lifecycle === 'active' ? snoozeForm(server, formToken, draft) : null}
    ${declareForm(server, formToken, draft)} ${forgetForm(server, formToken)}
  </section>`
}

function portsContent(server: ServerDocument, formToken: string | null, now: number): View {
  return html`<div>${portsTable(server)}${firewallLine(server, now)}${declarationsList(server, formToken, now)}</div>`
}

/** A panel keeps its place in the document when it has nothing to say, so that a live update can fill it. */
function panel(name: string, title: string, content: Content, isShown: boolean): View {
  return html`<section
    class=${`panel panel-${name}`}
    data-region=${name}
    aria-labelledby=${`${name}-title`}
    hidden=${!isShown}
  >
    <h2 id=${`${name}-title`}>${title}</h2>
    ${isShown ? content : null}
  </section>`
}

function historyContent(id: string, history: readonly HistoryItem[], now: number): View {
  const href = `${paths.historyPage()}?${new URLSearchParams({ server: id }).toString()}`
  return html`<div>
    ${historyList(history, now)}
    <p class="hint"><a href=${href}>All of its history</a></p>
  </div>`
}

function whyContent(server: ServerDocument): View {
  if (server.packages === null) {
    return html`<p class="empty">
      The list of packages that ask for the restart could not be read. The evidence below says why.
    </p>`
  }
  if (server.packages.length === 0) {
    return html`<p class="empty">No package is named. The evidence below shows what asks for the restart.</p>`
  }
  const count = server.packages.length
  return html`<div>
    <p>${count === 1 ? 'One package asks' : `${count} packages ask`} for the restart:</p>
    <ul class="packages">
      ${server.packages.map((name) => html`<li><code>${name}</code></li>`)}
    </ul>
  </div>`
}

// `/servers/{id}`: the verdict and everything it rests on, so that nobody has to believe it.
import { paths } from '../../shared/protocol/paths.ts'
import type { HistoryItem } from '../views/history-view.ts'
import type { ServerDocument } from '../views/server-view.ts'
import { evidenceTable } from './components/evidence-table.ts'
import { facts } from './components/facts.ts'
import { firewallLine } from './components/firewall-line.ts'
import { forgetForm } from './components/forget-form.ts'
import { historyList } from './components/history-list.ts'
import { identityFacts } from './components/identity-facts.ts'
import { portsTable } from './components/ports-table.ts'
import { restartHelp } from './components/restart-help.ts'
import { sectionsTable } from './components/sections-table.ts'
import { verdictPanel } from './components/verdict-panel.ts'
import { html, type Content, type View } from './html.ts'
import { signedInPage, type Shell } from './layout.ts'

export type ServerModel = {
  server: ServerDocument
  /** Newest first; the last few. */
  history: readonly HistoryItem[]
  /** For whoever may forget the server; null: a reader sees no form. */
  formToken: string | null
}

export function serverPage(shell: Shell, { server, history, formToken }: ServerModel): View {
  const needsRestart = server.state === 'restart-required' || server.state === 'deferrable'
  return signedInPage(shell, {
    title: `${server.name} · Overdue`,
    kind: 'server',
    place: 'fleet',
    serverId: server.id,
    dataUrl: paths.server(server.id),
    main: html`<div class="server">
      ${verdictPanel(server, shell.now)}
      <div class="columns">
        <div>
          ${panel('why', 'Why', whyContent(server), needsRestart)}
          ${panel('restart', 'How to restart', restartHelp(server), needsRestart)}
          ${panel('evidence', 'Evidence', evidenceTable(server.signals, shell.now), true)}
          ${panel('ports', 'Ports', html`${portsTable(server)}${firewallLine(server, shell.now)}`, true)}
          ${panel('sections', 'What was looked at', sectionsTable(server.sections, shell.now), true)}
        </div>
        <div>
          ${panel('identity', 'Identity', facts(identityFacts(server, shell.now)), true)}
          ${panel('history', 'History', historyContent(server.id, history, shell.now), true)}
          ${formToken === null || server.lifecycle === 'removed' ? null : forgetForm(server, formToken)}
        </div>
      </div>
    </div>`,
  })
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

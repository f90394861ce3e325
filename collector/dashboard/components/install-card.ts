// First run: how the first server gets here, with commands that work as they stand.
import { isLoopback } from '../../api/listen-address.ts'
import { html, type View } from '../html.ts'

/** `collectorUrl`: where agents reach this collector. `dataDir`: where it keeps its data; null: the usual place. */
export function installCard(collectorUrl: string, dataDir: string | null): View {
  const create = [`overdue-collector join-key create`, `--url ${collectorUrl} --bundle overdue.join`]
  // Without it the key would go into another collector's data, and enrolling would fail.
  if (dataDir !== null) create.push(`--data-dir ${shellWord(dataDir)}`)
  const plain = needsPlainHttp(collectorUrl) ? ' --allow-plain-http' : ''
  const agent = `sudo overdue-agent enroll --join-key-file overdue.join${plain}\nsudo overdue-agent run${plain}`
  return html`<div class="install">
    <p>No server reports here yet. Adding one takes three commands; no form.</p>
    <ol>
      <li>
        <h3>On this collector, make a join key</h3>
        <pre><code>${create.join(' \\\n  ')}</code></pre>
        <p>The file tells an agent where to report and lets it in. Copy it to the server.</p>
      </li>
      <li>
        <h3>On the server, enrol and start</h3>
        <pre><code>${agent}</code></pre>
        <p>Where the agent is installed as a service, start that instead of <code>run</code>.</p>
      </li>
    </ol>
    <p class="waiting">
      <span class="shape-wait" aria-hidden="true"></span>
      <span>Waiting for the first report.<span class="scripted"> It appears here by itself.</span></span>
    </p>
  </div>`
}

/** Agents refuse plain HTTP beyond their own machine unless told that it is meant. */
function needsPlainHttp(url: string): boolean {
  const at = URL.parse(url)
  return at?.protocol === 'http:' && !isLoopback({ host: at.hostname.replace(/^\[|\]$/g, ''), port: 0 })
}

function shellWord(text: string): string {
  return /^[\w./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}

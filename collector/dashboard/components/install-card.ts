// First run: how the first server gets here, with commands that work as they stand.
import { html, type View } from '../html.ts'

/** `collectorUrl`: where agents reach this collector. */
export function installCard(collectorUrl: string): View {
  const joinKeyCommand = `overdue-collector join-key create \\\n  --url ${collectorUrl} --bundle overdue.join`
  return html`<div class="install">
    <p>No server reports here yet. Adding one takes two commands; no form.</p>
    <ol>
      <li>
        <h3>On this collector, make a join key</h3>
        <pre><code>${joinKeyCommand}</code></pre>
        <p>The file tells an agent where to report and lets it in. Copy it to the server.</p>
      </li>
      <li>
        <h3>On the server, enrol</h3>
        <pre><code>sudo overdue-agent enroll --join-key-file overdue.join</code></pre>
        <p>Start the agent with <code>overdue-agent run</code>, or the service if it was installed as one.</p>
      </li>
    </ol>
    <p class="waiting">
      <span class="shape-wait" aria-hidden="true"></span>
      <span>Waiting for the first report.<span class="scripted"> It appears here by itself.</span></span>
    </p>
  </div>`
}

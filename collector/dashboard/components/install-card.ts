// First run: how the first server gets here, with commands that work as they stand.
import { isLoopback } from '../../api/listen-address.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { html, type View } from '../html.ts'

/** Agents refuse plain HTTP beyond their own machine unless told that it is meant. */
const ALLOW_PLAIN_HTTP =
  "sudo mkdir -p /etc/overdue\necho 'allowPlainHttp = true' | sudo tee -a /etc/overdue/agent.toml >/dev/null\n"

/** `collectorUrl`: where agents reach this collector. `dataDir`: where it keeps its data; null: the usual place. */
export function installCard(collectorUrl: string, dataDir: string | null): View {
  const create = [`overdue-collector join-key create`, `--url ${shellWord(collectorUrl)} --bundle overdue.join`]
  // Without it the key would go into another collector's data, and enrolling would fail.
  if (dataDir !== null) create.push(`--data-dir ${shellWord(dataDir)}`)
  const script = shellWord(`${collectorUrl}${paths.install()}`)
  const install = `curl -fsSL ${script} | sudo sh -s -- --join-key-file overdue.join`
  return html`<div class="install">
    <p>No server reports here yet. Adding one takes two commands and a file; no form.</p>
    <ol>
      <li>
        <h3>On this collector, make a join key</h3>
        ${command(create.join(' \\\n  '))}
        <p>The file tells an agent where to report and lets it in, 20 times within a day. Copy it to the server.</p>
      </li>
      <li>
        <h3>On the server, install</h3>
        ${command(`${needsPlainHttp(collectorUrl) ? ALLOW_PLAIN_HTTP : ''}${install}`)}
        <p>
          Debian or Ubuntu with systemd. The last line says whether it worked. Read it first, if you like:
          <a href="${paths.install()}">install.sh</a>, and its <a href="${paths.installChecksum()}">checksum</a>.
        </p>
      </li>
    </ol>
    <p class="waiting">
      <span class="shape-wait" aria-hidden="true"></span>
      <span>Waiting for the first report.<span class="scripted"> It appears here by itself.</span></span>
    </p>
  </div>`
}

function command(text: string): View {
  return html`<div class="command">
    <pre tabindex="0"><code>${text}</code></pre>
    <button type="button" class="scripted" data-copy>Copy</button>
  </div>`
}

function needsPlainHttp(url: string): boolean {
  const at = URL.parse(url)
  return at?.protocol === 'http:' && !isLoopback({ host: at.hostname.replace(/^\[|\]$/g, ''), port: 0 })
}

function shellWord(text: string): string {
  return /^[\w./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}

// First run: how the first server gets here, with commands that work as they stand.
import { isLoopback } from '../../api/listen-address.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { html, type View } from '../html.ts'
import { commandBlock } from './command-block.ts'

/** Agents refuse plain HTTP beyond their own machine unless told that it is meant. */
const ALLOW_PLAIN_HTTP =
  "sudo mkdir -p /etc/overdue\necho 'allowPlainHttp = true' |\n  sudo tee -a /etc/overdue/agent.toml >/dev/null\n"

export type FirstRun = {
  /** Where agents reach this collector, without a trailing slash. */
  collectorUrl: string
  /** The collector's data folder, absolute; null: the one its commands take by themselves. */
  dataDir: string | null
  /** It hands out the installer and what that downloads. */
  hasInstaller: boolean
  /** Whoever looks may make join keys on the page for them. */
  mayMakeKeys: boolean
}

export function installCard({ collectorUrl, dataDir, hasInstaller, mayMakeKeys }: FirstRun): View {
  if (!hasInstaller) return noInstaller()
  const create = [`overdue-collector join-key create`, `--url ${shellWord(collectorUrl)} --bundle overdue.join`]
  // Without it the key would go into another collector's data, and enrolling would fail.
  if (dataDir !== null) create.push(`--data-dir ${shellWord(dataDir)}`)
  return html`<div class="install">
    <p>No server reports here yet. Adding one takes two commands and a file; no form.</p>
    <ol>
      <li>
        <h3>On this collector, make a join key</h3>
        ${commandBlock(create.join(' \\\n  '))}
        <p>
          The file tells an agent where to report and lets it in, 20 times within a day. Copy it to the
          server.${mayMakeKeys ? html` Or <a href=${paths.joinKeysPage()}>make the key here</a>.` : null}
        </p>
      </li>
      <li>
        <h3>On the server, install</h3>
        ${commandBlock(installCommand(collectorUrl))}
        <p>
          Debian or Ubuntu with systemd. The last line says whether it worked. Read it first, if you like:${' '}
          <a href="${paths.install()}">install.sh</a>, and its <a href="${paths.installChecksum()}">checksum</a>.
        </p>
      </li>
    </ol>
    ${waiting()}
  </div>`
}

/** What root runs on a server beside the file overdue.join. */
export function installCommand(collectorUrl: string): string {
  const script = shellWord(`${collectorUrl}${paths.install()}`)
  const allow = needsPlainHttp(collectorUrl) ? ALLOW_PLAIN_HTTP : ''
  // On lines of their own: a browser breaks a long one after a hyphen, and "--join-key-file" reads as two words.
  return `${allow}curl -fsSL ${script} |\n  sudo sh -s -- --join-key-file overdue.join`
}

/** Commands that cannot work are worse than none. */
function noInstaller(): View {
  return html`<div class="install">
    <p>
      No server reports here yet, and this collector has nothing to install on one: it runs without the files that hosts
      download.
    </p>
    <p>Make them where the collector's source lies, then load this page again:</p>
    ${commandBlock('npm run build')} ${waiting()}
  </div>`
}

function waiting(): View {
  return html`<p class="waiting">
    <span class="shape-wait" aria-hidden="true"></span>
    <span>Waiting for the first report.<span class="scripted"> It appears here by itself.</span></span>
  </p>`
}

function needsPlainHttp(url: string): boolean {
  const at = URL.parse(url)
  return at?.protocol === 'http:' && !isLoopback({ host: at.hostname.replace(/^\[|\]$/g, ''), port: 0 })
}

function shellWord(text: string): string {
  return /^[\w./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}

// What every page shares: head, skip link, header, the place where live updates speak, footer.
import { paths } from '../../shared/protocol/paths.ts'
import type { Role } from '../store/records.ts'
import { commandPalette } from './components/command-palette.ts'
import { keyHelp } from './components/key-help.ts'
import { timesChoice, utcText } from './components/times.ts'
import { html, type Content, type View } from './html.ts'

/** Addresses of the assets, with their content hash. */
export type AssetUrls = { style: string; early: string; script: string; icon: string }

export type Shell = {
  assets: AssetUrls
  version: string
  /** When the page was made, epoch ms: "now" for every relative time on it. */
  now: number
  /** Servers that need a person, for the tab title; 0 shows none. */
  promoted: number
  /** What the one who is signed in may do; null: nobody is. */
  role: Role | null
  /** The servers are invented: every page says so. */
  isDemo?: boolean
}

export type Page = {
  title: string
  /** What the browser code reads: how this page stays true. `still`: it is as it was made. */
  kind: 'fleet' | 'application' | 'server' | 'still'
  serverId?: string
  application?: string
  /** Where it stands in the main navigation. */
  place?: Place
  /** JSON document this page shows, for programs. */
  dataUrl?: string
  main: Content
}

export type Place = 'fleet' | 'history' | 'settings' | 'help'

const PLACES: readonly (readonly [Place, string, string])[] = [
  ['fleet', paths.fleetPage(), 'Fleet'],
  ['history', paths.historyPage(), 'History'],
  ['settings', paths.policyPage(), 'Settings'],
  ['help', paths.helpPage(), 'Help'],
]

/** A page of someone who is logged in. */
export function signedInPage(shell: Shell, page: Page): View {
  return html`<html
    lang="en"
    data-now=${shell.now}
    data-page=${page.kind}
    data-server=${page.serverId}
    data-application=${page.application}
  >
    ${head(shell, page.title, true)}
    <body>
      <a class="skip" href="#main">Skip to content</a>
      ${header(page)} ${demoNote(shell)}
      <p class="paused" id="paused" role="status" hidden></p>
      <main id="main" tabindex="-1">${page.main}</main>
      ${footer(shell, page)} ${keyHelp()} ${commandPalette(shell.role)}
      <p class="sr" id="announcer" role="status"></p>
    </body>
  </html>`
}

/** A page for someone who is not. */
export function signedOutPage(shell: Shell, title: string, main: Content): View {
  return html`<html lang="en">
    ${head(shell, title, false)}
    <body class="plain">
      ${demoNote(shell)}
      <main id="main">${main}</main>
    </body>
  </html>`
}

function head(shell: Shell, title: string, live: boolean): View {
  const count = shell.promoted > 0 ? `(${shell.promoted}) ` : ''
  return html`<head>
    <meta charset="utf-8" />
    <title>${count}${title}</title>
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="robots" content="noindex" />
    <meta name="referrer" content="same-origin" />
    <link rel="icon" href=${shell.assets.icon} type="image/svg+xml" />
    <link rel="stylesheet" href=${shell.assets.style} />
    ${live ? [html`<script src=${shell.assets.early}></script>`, html`<script type="module" src=${shell.assets.script}></script>`] : null}
  </head>`
}

function header(page: Page): View {
  return html`<header class="top">
    <a class="brand" href=${paths.fleetPage()}>${brandMark()}<span>Overdue</span></a>
    <nav aria-label="Main">
      ${PLACES.map(([place, href, word]) => html`<a href=${href} aria-current=${page.place === place ? 'page' : undefined}>${word}</a>`)}
    </nav>
    <p class="live" id="live" hidden><span class="dot" aria-hidden="true"></span><span id="live-word">Live</span></p>
    <form method="post" action=${paths.logout()}><button class="quiet" type="submit">Sign out</button></form>
  </header>`
}

function demoNote({ isDemo }: Shell): Content {
  return isDemo === true ? html`<p class="demo-note">Demo data: these servers are invented.</p>` : null
}

function footer(shell: Shell, page: Page): View {
  return html`<footer class="bottom">
    <p data-region="as-of">
      Data as of <time datetime=${new Date(shell.now).toISOString()}>${utcText(shell.now)}</time>
    </p>
    ${page.dataUrl === undefined ? null : html`<p><a href=${page.dataUrl}>This page as JSON</a></p>`}
    <p>Overdue ${shell.version}</p>
    <p class="scripted choices">
      ${timesChoice()}
      ${shell.role === null ? null : html`<button type="button" class="quiet" id="palette-open">Go to…</button>`}
      <button type="button" class="quiet" id="keys-open">Keyboard shortcuts</button>
    </p>
  </footer>`
}

export function brandMark(): View {
  return html`<svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path class="plate" d="M7.5 1.5h9L22.5 7.5v9l-6 6h-9l-6-6v-9z" />
    <path class="hand" d="M12 6.5V12l3.5 2.5" />
  </svg>`
}

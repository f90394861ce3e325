// Every page, application and server by its name, and what the page at hand offers, in a dialog at Ctrl-K.
// assets/command-palette.js fills it; without scripts the same is reached by links.
import { paths } from '../../../shared/protocol/paths.ts'
import type { Role } from '../../store/records.ts'
import { mayAct } from '../forms.ts'
import { html, type View } from '../html.ts'
import { settingsPagesFor } from '../settings/settings-pages.ts'

type PlaceLink = readonly [text: string, href: string, note: string]

/** Null where nobody is signed in. */
export function commandPalette(role: Role | null): View | null {
  if (role === null) return null
  return html`<dialog id="palette" class="palette" aria-labelledby="palette-title">
    <h2 id="palette-title" class="sr">Go to</h2>
    <input
      type="text"
      aria-label="Go to"
      placeholder="Page, application, server or action"
      maxlength="200"
      autocapitalize="none"
      autocomplete="off"
      spellcheck="false"
      autofocus
      data-places=${JSON.stringify(placesFor(role))}
      data-may-snooze=${mayAct(role, 'operator') ? '' : undefined}
    />
    <ul id="palette-options" class="options" role="listbox" aria-label="Where to go and what to do" hidden></ul>
    <p class="palette-problem" role="status"></p>
    <p class="palette-foot">
      <span class="hint"><kbd>↑</kbd> <kbd>↓</kbd> choose, <kbd>Enter</kbd> go</span>
      <button type="button" class="quiet" id="palette-close">Close</button>
    </p>
  </dialog>`
}

function placesFor(role: Role): PlaceLink[] {
  return [
    ['Fleet', paths.fleetPage(), 'page'],
    ['Applications', `${paths.fleetPage()}#apps-title`, 'page'],
    ['History', paths.historyPage(), 'page'],
    ...settingsPagesFor(role).map(([title, href]): PlaceLink => [`Settings: ${title}`, href, 'page']),
    ['Help', paths.helpPage(), 'page'],
    ['Help: Kinds of errors', paths.helpErrorsPage(), 'page'],
  ]
}

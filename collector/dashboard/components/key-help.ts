// What keys do, in a dialog, with the switch that turns single ones off. assets/keys.js and assets/command-palette.js act on
// them.
import { html, type View } from '../html.ts'

const SHORTCUTS: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['Ctrl K', '⌘ K'], 'go to any page, application or server, or do what this page offers'],
  [['/'], 'search'],
  [['j', 'k'], 'next and previous server of the list'],
  [['Enter'], 'open the server'],
  [['x'], 'select the server, for a command about several'],
  [['s'], 'snooze the server'],
  [['c'], 'copy the first command of the page'],
  [['r'], 'put a list in order again'],
  [['g f'], 'go to the fleet'],
  [['g a'], 'go to the applications'],
  [['g h'], 'go to the history'],
  [['g s'], 'go to the settings'],
  [['?'], 'show this'],
]

export function keyHelp(): View {
  return html`<dialog id="keys" class="keys" aria-labelledby="keys-title">
    <h2 id="keys-title">Keyboard shortcuts</h2>
    <dl>
      ${SHORTCUTS.map(
        ([keys, does]) =>
          html`<div>
            <dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt>
            <dd>${does}</dd>
          </div>`,
      )}
    </dl>
    <label class="check"
      ><input type="checkbox" id="keys-on" checked /> <span>Single keys are shortcuts in this browser</span></label
    >
    <button type="button" id="keys-close" autofocus>Close</button>
  </dialog>`
}

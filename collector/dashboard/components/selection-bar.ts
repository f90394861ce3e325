// What can be done with several servers of a list at once: shown while some are selected, filled by assets/selection.js.
import { html, type View } from '../html.ts'

export function selectionBar(): View {
  return html`<section id="selection" class="selection" aria-label="Selected servers" hidden>
    <p id="selection-count" role="status"></p>
    ${command('refresh', 'Ask them to report now')} ${command('snooze', 'Snooze them')}
    <p class="selection-ways">
      <a id="selection-list" href="/">List them by name</a>
      <button type="button" class="quiet" id="selection-clear">Clear selection</button>
    </p>
  </section>`
}

function command(name: string, does: string): View {
  return html`<div class="selection-command">
    <p>${does}</p>
    <code id=${`selection-${name}`} tabindex="0"></code>
    <button type="button" data-copy>Copy<span class="sr"> the command: ${does.toLowerCase()}</span></button>
  </div>`
}

/** In a row: for a mouse, a finger, Tab and Space; the key x does the same. Without scripts nothing could be done with it. */
export function pickBox(name: string): View {
  return html`<label class="pick scripted"
    ><input type="checkbox" data-pick autocomplete="off" /><span class="sr">Select ${name}</span></label
  >`
}

// How to restart by hand. Overdue restarts nothing by itself.
import { html, type View } from '../html.ts'
import { commandBlock } from './command-block.ts'

export function restartHelp({ id, name }: { id: string; name: string }): View {
  return html`<div class="restart-help">
    <p>On the server, as an administrator, one of these:</p>
    ${commandBlock('sudo reboot')} ${commandBlock('sudo shutdown -r now')}
    <p>Started on your own machine before, this ends when the restarted server has reported:</p>
    ${commandBlock(`overdue wait ${isPlainWord(name) ? name : id} --for restarted`)}
    <p class="caution">
      Restart from inside the server. Stopping and starting it in a provider’s console may change its address.
    </p>
    <p>When it is back, its first report clears the notice here; nothing needs to be confirmed.</p>
  </div>`
}

/** A name that a host chose goes into no shell unless every letter of it is harmless there. */
function isPlainWord(name: string): boolean {
  return /^[A-Za-z0-9][\w.-]{0,99}$/.test(name)
}

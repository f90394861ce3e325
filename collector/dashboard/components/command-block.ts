// A command to copy, with its button. It can be reached and read with the keyboard where it is longer than its box.
import { html, type View } from '../html.ts'

export function commandBlock(text: string): View {
  return html`<div class="command">
    <pre tabindex="0"><code>${text}</code></pre>
    <button type="button" class="scripted" data-copy>Copy</button>
  </div>`
}

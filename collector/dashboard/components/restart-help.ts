// How to restart by hand. Overdue restarts nothing by itself.
import { html, type View } from '../html.ts'

export function restartHelp(): View {
  return html`<div class="restart-help">
    <p>On the server, as an administrator:</p>
    <dl class="commands">
      <div>
        <dt>Now</dt>
        <dd>
          <pre><code>sudo reboot</code></pre>
        </dd>
      </div>
      <div>
        <dt>Now, with a word to everyone logged in</dt>
        <dd>
          <pre><code>sudo shutdown -r now "restart for updates"</code></pre>
        </dd>
      </div>
    </dl>
    <p class="caution">
      Restart from inside the server. Stopping and starting it in a provider’s console may change its address.
    </p>
    <p>When it is back, its first report clears the notice here; nothing needs to be confirmed.</p>
  </div>`
}

// What operators declared of a server's ports: who, until when, why, and whether anything listens there at all.
import type { PortDeclarationView } from '../../views/operators-view.ts'
import type { ServerDocument } from '../../views/server-view.ts'
import { html, type View } from '../html.ts'
import { EXPOSURE_WORDS } from '../words.ts'
import { actionButton } from './operator-forms.ts'
import { momentWithUtc } from './times.ts'

/** `formToken`: null for a reader. */
export function declarationsList(server: ServerDocument, formToken: string | null, now: number): View | null {
  if (server.portDeclarations.length === 0) return null
  return html`<div class="declarations">
    <h3>Declared here</h3>
    <ul>
      ${server.portDeclarations.map(
        (one) =>
          html`<li>
            <p>
              <b>${portText(one)}</b> ${EXPOSURE_WORDS[one.verdict].toLowerCase()}, declared by ${one.by}:${' '}
              <q>${one.reason}</q>
              ${one.isListening ? null : html`<span class="hint"> Nothing listens there now, so it changes nothing.</span>`}
            </p>
            <p class="hint">Ends ${momentWithUtc(one.until, now, 'until')}</p>
            ${formToken === null ? null : takeBack(server, one, formToken)}
          </li>`,
      )}
    </ul>
  </div>`
}

function portText({ protocol, port, family }: PortDeclarationView): string {
  return `${protocol} ${port}${family === null ? '' : `, IPv${family}`}`
}

function takeBack(server: ServerDocument, one: PortDeclarationView, formToken: string): View {
  const which = html`<input type="hidden" name="port" value=${one.id} />`
  const words = html`Take back<span class="sr"> ${portText(one)}</span>`
  return actionButton(server, 'withdraw-port', words, formToken, which)
}

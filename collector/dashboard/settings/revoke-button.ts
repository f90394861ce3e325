// Takes one key or token out of use. It asks twice: what hangs on it stops at once.
import { formTokenInput } from '../forms.ts'
import { html, type View } from '../html.ts'

export function revokeButton(action: string, formToken: string, id: string, name: string): View {
  return html`<details class="revoke">
    <summary>Revoke<span class="sr"> ${name}</span></summary>
    <form method="post" action=${action}>
      ${formTokenInput(formToken)}
      <input type="hidden" name="action" value="revoke" />
      <input type="hidden" name="id" value=${id} />
      <button type="submit" class="danger">Revoke it<span class="sr">: ${name}</span></button>
    </form>
  </details>`
}

// For operators: a server that is gone. Two steps, because its agent is refused from then on.
import { paths } from '../../../shared/protocol/paths.ts'
import { formTokenInput } from '../forms.ts'
import { html, type View } from '../html.ts'

export function forgetForm(server: { id: string; name: string }, formToken: string): View {
  return html`<details class="forget">
    <summary>Forget this server</summary>
    <div>
      <p>
        For a machine that is gone for good. It leaves every list and count, its history stays, and its credential stops
        working: an agent that still runs there is refused and stops. To watch the machine again, enrol it anew.
      </p>
      <form method="post" action=${paths.serverPage(server.id)}>
        ${formTokenInput(formToken)}
        <input type="hidden" name="action" value="forget" />
        <label class="check"
          ><input type="checkbox" name="sure" value="yes" required /> <span>Forget <b>${server.name}</b></span></label
        >
        <button type="submit" class="danger">Forget it</button>
      </form>
    </div>
  </details>`
}

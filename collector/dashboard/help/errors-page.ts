// `/help/errors`: every kind of error an answer may name; the `type` of each leads here.
import { PROBLEMS } from '../../../shared/protocol/problems.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { html, type View } from '../html.ts'
import { signedInPage, type Shell } from '../layout.ts'

export function errorsPage(shell: Shell): View {
  return signedInPage(shell, {
    title: 'Errors · Help · Overdue',
    kind: 'still',
    place: 'help',
    main: html`<div class="help">
      <div class="lead">
        <h1>Errors</h1>
        <p class="hint">
          Every error of the HTTP interface is <code>application/problem+json</code> (RFC 9457) and has one of these
          kinds.${' '}<a href=${paths.helpPage()}>All help</a>
        </p>
      </div>
      <dl class="terms">
        ${Object.entries(PROBLEMS).map(
          ([kind, { status, title }]) =>
            html`<div id=${kind}>
              <dt><code>${kind}</code> <span class="quality">${status}</span></dt>
              <dd>${title}.</dd>
            </div>`,
        )}
      </dl>
    </div>`,
  })
}

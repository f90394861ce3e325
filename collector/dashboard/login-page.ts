// `/login`: one field. A password manager may fill it and paste works; a wrong token says so and nothing more.
import { paths } from '../../shared/protocol/paths.ts'
import { html, type View } from './html.ts'
import { brandMark, signedOutPage, type Shell } from './layout.ts'

export type LoginModel = {
  /** Where to go afterwards; already checked to be one of our own pages. */
  next: string
  /** What was wrong with the last try; null on the first. */
  problem: string | null
}

export function loginPage(shell: Shell, { next, problem }: LoginModel): View {
  return signedOutPage(
    shell,
    'Sign in · Overdue',
    html`<div class="login">
      <p class="brand">${brandMark()}<span>Overdue</span></p>
      <h1>Sign in</h1>
      ${problem === null ? null : html`<p class="problem" id="problem" role="alert">${problem}</p>`}
      <form method="post" action=${paths.loginPage()}>
        <input type="hidden" name="next" value=${next} />
        <input
          class="sr"
          type="text"
          name="username"
          value="overdue"
          autocomplete="username"
          tabindex="-1"
          aria-hidden="true"
          readonly
        />
        <label for="token">API token</label>
        <input
          id="token"
          name="token"
          type="password"
          autocomplete="current-password"
          autocapitalize="none"
          spellcheck="false"
          required
          autofocus
          aria-invalid=${problem === null ? undefined : 'true'}
          aria-describedby=${problem === null ? 'token-help' : 'problem token-help'}
        />
        <button class="primary" type="submit">Sign in</button>
      </form>
      <p class="help" id="token-help">
        No token yet? Make one on the collector:${' '}
        <code>overdue-collector token create --role reader</code>
      </p>
    </div>`,
  )
}

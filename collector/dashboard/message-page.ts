// A page that only says something: there is no such server, or the collector could not answer.
import { paths } from '../../shared/protocol/paths.ts'
import { html, type View } from './html.ts'
import { signedInPage, type Shell } from './layout.ts'

export type MessageModel = { title: string; text: string }

export const NO_SUCH_SERVER: MessageModel = {
  title: 'There is no such server',
  text: 'No server here has this id. It may have been removed for good, or the address was cut short.',
}

export const NO_SUCH_APPLICATION: MessageModel = {
  title: 'There is no such application',
  text: 'No active server belongs to an application of this name, and it has no policy of its own.',
}

export function messagePage(shell: Shell, { title, text }: MessageModel): View {
  return signedInPage(shell, {
    title: `${title} · Overdue`,
    kind: 'still',
    main: html`<div class="message">
      <h1>${title}</h1>
      <p>${text}</p>
      <p><a href=${paths.fleetPage()}>All servers</a></p>
    </div>`,
  })
}

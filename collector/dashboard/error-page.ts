// What a person sees when a page could not be made: what failed, and the id under which the log has the rest.
import type { FastifyInstance } from 'fastify'
import { toProblemError } from '../api/errors.ts'
import { paths } from '../../shared/protocol/paths.ts'
import { html, type View } from './html.ts'
import { signedOutPage, type Shell } from './layout.ts'
import { sendPage } from './send-page.ts'

type PageLog = { error(facts: object, message: string): void }

export function showErrorsAsPages(app: FastifyInstance, log: PageLog, shellOf: () => Shell): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = toProblemError(error)
    if (problem.status >= 500)
      log.error({ err: error, requestId: request.id, route: request.routeOptions.url }, 'page failed')
    return sendPage(reply, problem.status, errorPage(shellOf(), problem.status, request.id))
  })
}

/** Made from nothing but its arguments: it must stand when everything behind the pages has failed. */
function errorPage(shell: Shell, status: number, requestId: string): View {
  const isOurs = status >= 500
  return signedOutPage(
    shell,
    'Not shown · Overdue',
    html`<div class="message">
      <h1>${isOurs ? 'This page could not be made' : 'This request was not understood'}</h1>
      <p>
        ${
          isOurs
            ? 'The collector failed to answer. Reports are still accepted where they can be; the collector’s log has the reason.'
            : 'The collector refused what the browser sent.'
        }
      </p>
      <p>Request <code>${requestId}</code></p>
      <p><a href=${paths.fleetPage()}>Try the first page again</a></p>
    </div>`,
  )
}

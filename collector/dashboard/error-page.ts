// What a person sees when a page could not be made: what failed, and the id under which the log has the rest.
import type { FastifyInstance } from 'fastify'
import { toProblemError } from '../api/errors.ts'
import type { ProblemError } from '../api/problem.ts'
import { paths } from '../../shared/protocol/paths.ts'
import type { ProblemKind } from '../../shared/protocol/problems.ts'
import { html, type View } from './html.ts'
import { signedOutPage, type Shell } from './layout.ts'
import { sendPage } from './send-page.ts'

/** What a person is told for the kinds that pages meet. */
const TITLES: Partial<Record<ProblemKind, string>> = { forbidden: 'Not allowed' }

type PageLog = { error(facts: object, message: string): void }

export function showErrorsAsPages(app: FastifyInstance, log: PageLog, shellOf: () => Shell): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = toProblemError(error)
    if (problem.status >= 500)
      log.error({ err: error, requestId: request.id, route: request.routeOptions.url }, 'page failed')
    return sendPage(reply, problem.status, errorPage(shellOf(), problem, request.id))
  })
}

/** Made from nothing but its arguments: it must stand when everything behind the pages has failed. */
function errorPage(shell: Shell, problem: ProblemError, requestId: string): View {
  const isOurs = problem.status >= 500
  return signedOutPage(
    shell,
    'Not shown · Overdue',
    html`<div class="message">
      <h1>${isOurs ? 'This page could not be made' : (TITLES[problem.kind] ?? 'This request was not understood')}</h1>
      <p>
        ${
          isOurs
            ? 'The collector failed to answer. Reports are still accepted where they can be; the collector’s log has the reason.'
            : (problem.options.detail ?? 'The collector refused what the browser sent.')
        }
      </p>
      <p>Request <code>${requestId}</code></p>
      <p><a href=${paths.fleetPage()}>${isOurs ? 'Try the first page again' : 'All servers'}</a></p>
    </div>`,
  )
}

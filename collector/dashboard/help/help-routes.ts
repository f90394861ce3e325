// GET /help and /help/errors: explained on the collector itself, for whoever has no way out of the network.
import type { FastifyPluginCallback } from 'fastify'
import { paths } from '../../../shared/protocol/paths.ts'
import { requireReader } from '../../api/auth.ts'
import type { PageKit } from '../page-kit.ts'
import { sendPage } from '../send-page.ts'
import { errorsPage } from './errors-page.ts'
import { helpPage } from './help-page.ts'

export function helpRoutes({ ctx, shellOf }: PageKit): FastifyPluginCallback {
  return (app, _options, done) => {
    app.get(paths.helpPage(), { onRequest: requireReader(ctx) }, (request, reply) =>
      sendPage(reply, 200, helpPage(shellOf(request))),
    )
    app.get(paths.helpErrorsPage(), { onRequest: requireReader(ctx) }, (request, reply) =>
      sendPage(reply, 200, errorsPage(shellOf(request))),
    )
    done()
  }
}

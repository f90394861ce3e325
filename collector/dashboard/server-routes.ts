// GET /servers/{id}, and POST there to forget it.
import type { FastifyPluginCallback } from 'fastify'
import { paths } from '../../shared/protocol/paths.ts'
import { byOf } from '../api/actor.ts'
import { requireReader } from '../api/auth.ts'
import { routePattern } from '../api/route-pattern.ts'
import { removeServer } from '../ingest/remove-server.ts'
import { toHistoryItem } from '../views/history-view.ts'
import { toServerDocument } from '../views/server-view.ts'
import { formOf, formTokenOf, goTo, mayAct, requireForm, takeForms } from './forms.ts'
import { NO_SUCH_SERVER } from './message-page.ts'
import { sendMissing, type PageKit } from './page-kit.ts'
import { sendPage } from './send-page.ts'
import { serverPage } from './server-page.ts'

const HISTORY_LINES = 20
const URL_PATTERN = routePattern(paths.serverPage)

export function serverRoutes(kit: PageKit): FastifyPluginCallback {
  const { ctx, shellOf } = kit
  return (app, _options, done) => {
    takeForms(app)

    app.get<{ Params: { id: string } }>(URL_PATTERN, { onRequest: requireReader(ctx) }, (request, reply) => {
      const shell = shellOf(request)
      const record = ctx.projection.get(request.params.id)
      if (record === null) return sendMissing(kit, request, reply, NO_SUCH_SERVER)
      const listeners = ctx.store.storedValue(record.id, 'listeners')
      const processes = ctx.store.storedValue(record.id, 'processes')
      const model = {
        server: toServerDocument(record, ctx.projection.lastContactAt(record.id), shell.now, listeners, processes),
        history: ctx.store.history({ serverId: record.id, limit: HISTORY_LINES }).map(toHistoryItem),
        formToken: mayAct(shell.role, 'operator') ? formTokenOf(ctx, request) : null,
      }
      return sendPage(reply, 200, serverPage(shell, model))
    })

    app.post<{ Params: { id: string } }>(URL_PATTERN, requireForm(ctx, 'operator'), async (request, reply) => {
      const { id } = request.params
      if (ctx.projection.get(id) === null) return sendMissing(kit, request, reply, NO_SUCH_SERVER)
      const isMeant = formOf(request).get('action') === 'forget' && formOf(request).get('sure') === 'yes'
      if (isMeant) await ctx.store.transact((tx) => removeServer(tx, id, { ...byOf(ctx, request), cause: 'operator' }))
      return goTo(reply, paths.serverPage(id))
    })
    done()
  }
}

// GET /servers/{id}, and POST there for what operators do to it.
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { paths } from '../../shared/protocol/paths.ts'
import { requireReader } from '../api/auth.ts'
import { routePattern } from '../api/route-pattern.ts'
import { documentOf } from '../document-of.ts'
import { toHistoryItem } from '../views/history-view.ts'
import { gatherStrip } from './charts/gather.ts'
import { formOf, formTokenOf, goTo, mayAct, requireForm, takeForms } from './forms.ts'
import { NO_SUCH_SERVER } from './message-page.ts'
import { sendMissing, type PageKit } from './page-kit.ts'
import { sendPage } from './send-page.ts'
import { actOn } from './server-actions.ts'
import { draftOf, type ServerDraft } from './server-draft.ts'
import { serverPage } from './server-page.ts'

const HISTORY_LINES = 20
const URL_PATTERN = routePattern(paths.serverPage)

type ServerRequest = FastifyRequest<{ Params: { id: string } }>

export function serverRoutes(kit: PageKit): FastifyPluginCallback {
  const { ctx } = kit
  return (app, _options, done) => {
    takeForms(app)

    app.get<{ Params: { id: string } }>(URL_PATTERN, { onRequest: requireReader(ctx) }, (request, reply) =>
      show(kit, request, reply, null),
    )

    app.post<{ Params: { id: string } }>(URL_PATTERN, requireForm(ctx, 'operator'), async (request, reply) => {
      const { id } = request.params
      if (ctx.projection.get(id) === null) return sendMissing(kit, request, reply, NO_SUCH_SERVER)
      const problem = await actOn(ctx, request, id)
      if (problem === null) return goTo(reply, paths.serverPage(id))
      return show(kit, request, reply, draftOf(formOf(request), problem))
    })
    done()
  }
}

function show(kit: PageKit, request: ServerRequest, reply: FastifyReply, draft: ServerDraft | null): FastifyReply {
  const { ctx, shellOf } = kit
  const shell = shellOf(request)
  const record = ctx.projection.get(request.params.id)
  if (record === null) return sendMissing(kit, request, reply, NO_SUCH_SERVER)
  const model = {
    server: documentOf(ctx, record, shell.now),
    history: ctx.store.history({ serverId: record.id, limit: HISTORY_LINES }).map(toHistoryItem),
    strip: gatherStrip(ctx, record, shell.now),
    formToken: mayAct(shell.role, 'operator') ? formTokenOf(ctx, request) : null,
    draft,
    hasExploitedList: ctx.exploited !== undefined,
  }
  return sendPage(reply, draft === null ? 200 : 422, serverPage(shell, model))
}

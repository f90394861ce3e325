// GET /apps/{application}
import type { FastifyPluginCallback } from 'fastify'
import { paths } from '../../shared/protocol/paths.ts'
import { groupOf } from '../changes/applications.ts'
import { Subset } from '../changes/subset.ts'
import { requireReader } from '../api/auth.ts'
import { routePattern } from '../api/route-pattern.ts'
import { toApplicationItem } from '../views/application-view.ts'
import { toHistoryItem } from '../views/history-view.ts'
import { toSummary } from '../views/summary-view.ts'
import { applicationPage } from './application-page.ts'
import { gatherCharts } from './charts/gather.ts'
import { NO_SUCH_APPLICATION } from './message-page.ts'
import { sendMissing, type PageKit } from './page-kit.ts'
import { sendPage } from './send-page.ts'
import { asksForChanges, listPage, rowOf } from './server-list.ts'

const HISTORY_LINES = 10
/** More are in the list below, which has them first. */
const NOTICES_MAX = 10

export function applicationRoutes(kit: PageKit): FastifyPluginCallback {
  const { ctx, shellOf } = kit
  return (app, _options, done) => {
    app.get<{ Params: { name: string } }>(
      routePattern(paths.applicationPage, 'name'),
      { onRequest: requireReader(ctx) },
      (request, reply) => {
        const shell = shellOf(request)
        const { name } = request.params
        const policy = ctx.policy()
        // Of rows, because the application lies in them: a record has it behind five references.
        const rows = ctx.projection.rowsInOrder().filter(({ application }) => application === name)
        const servers = rows.map(({ record }) => record)
        if (servers.length === 0 && !Object.hasOwn(policy.applications, name))
          return sendMissing(kit, request, reply, NO_SUCH_APPLICATION)
        const subset = new Subset(servers, (id) => ctx.projection.lastContactAt(id))
        const model = {
          name,
          summary: toSummary(subset, ctx.blind.notice(), shell.now, ctx.store.isDemo),
          application: toApplicationItem(groupOf(name, servers), policy),
          notices: servers
            .slice(0, NOTICES_MAX)
            .filter(({ verdict }) => verdict.promoted)
            .map((record) => rowOf(ctx, record, shell.now)),
          history: ctx.store.history({ application: name, limit: HISTORY_LINES }).map(toHistoryItem),
          charts:
            servers.length === 0 || asksForChanges(request)
              ? null
              : gatherCharts(ctx, kit.restarts, servers, name, shell.now),
          ...listPage(ctx, request, servers, shell.now),
        }
        return sendPage(reply, 200, applicationPage(shell, model))
      },
    )
    done()
  }
}

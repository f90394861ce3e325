// GET /
import { resolve } from 'node:path'
import type { FastifyPluginCallback } from 'fastify'
import { paths } from '../../shared/protocol/paths.ts'
import { requireReader } from '../api/auth.ts'
import { DATA_DIR_DEFAULT } from '../config-settings.ts'
import { toSummary } from '../views/summary-view.ts'
import { applicationsOf } from './applications.ts'
import { gatherCharts } from './charts/gather.ts'
import { FleetFacets } from './facets.ts'
import { fleetPage } from './fleet-page.ts'
import { mayAct } from './forms.ts'
import type { PageKit } from './page-kit.ts'
import { sendPage } from './send-page.ts'
import { asksForChanges, listPage, searchServers } from './server-list.ts'

export function fleetRoutes({ ctx, shellOf, artefacts, restarts }: PageKit): FastifyPluginCallback {
  const facets = new FleetFacets()
  return (app, _options, done) => {
    app.get(paths.fleetPage(), { onRequest: requireReader(ctx) }, async (request, reply) => {
      const shell = shellOf(request)
      const { search, found } = searchServers(ctx, request, shell.now)
      const summary = toSummary(ctx.projection, ctx.blind.notice(), shell.now, ctx.store.isDemo)
      const model = {
        summary,
        search,
        ...listPage(ctx, request, found, shell.now),
        facets: facets.of(ctx.projection.rowsInOrder(), ctx.clock.monotonicMs()),
        charts:
          search.text !== '' || summary.total === 0 || asksForChanges(request)
            ? null
            : gatherCharts(ctx, restarts, ctx.projection.inOrder(), null, shell.now),
        applications: applicationsOf(ctx.projection.inOrder(), ctx.policy()),
        firstRun: {
          collectorUrl: ctx.config.publicUrl ?? `${request.protocol}://${request.headers.host}`,
          dataDir: ctx.config.dataDir === DATA_DIR_DEFAULT ? null : resolve(ctx.config.dataDir),
          hasInstaller: summary.total === 0 && (await artefacts.sums())?.has('install.sh') === true,
          mayMakeKeys: mayAct(shell.role, 'operator'),
        },
      }
      return sendPage(reply, 200, fleetPage(shell, model))
    })
    done()
  }
}

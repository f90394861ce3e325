// GET /
import { resolve } from 'node:path'
import type { FastifyPluginCallback, FastifyRequest } from 'fastify'
import { paths } from '../../shared/protocol/paths.ts'
import { requireReader } from '../api/auth.ts'
import { DATA_DIR_DEFAULT } from '../config-settings.ts'
import { toSummary } from '../views/summary-view.ts'
import { applicationsOf } from './applications.ts'
import { gatherCharts } from './charts/gather.ts'
import { withQuery } from './components/search-form.ts'
import { FleetFacets } from './facets.ts'
import { fleetPage } from './fleet-page.ts'
import { mayAct } from './forms.ts'
import { parameterOf, type PageKit } from './page-kit.ts'
import { sendPage } from './send-page.ts'
import { columnsParameter, readColumns, type Columns } from './server-columns.ts'
import { asksForChanges, listPage, searchServers } from './server-list.ts'

export function fleetRoutes({ ctx, shellOf, artefacts, restarts }: PageKit): FastifyPluginCallback {
  const facets = new FleetFacets()
  return (app, _options, done) => {
    app.get(paths.fleetPage(), { onRequest: requireReader(ctx) }, async (request, reply) => {
      const columns = columnsOf(request)
      if (isWrittenByForm(request) && columns.problem === null)
        return reply.redirect(shortAddress(request, columns), 303)
      const shell = shellOf(request)
      const { search, found } = searchServers(ctx, request, shell.now)
      const summary = toSummary(ctx.projection, ctx.blind.notice(), shell.now, ctx.store.isDemo)
      const model = {
        summary,
        search,
        columns,
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

function columnsOf(request: FastifyRequest): Columns {
  return readColumns((request.query as Record<string, unknown>)['cols'])
}

/** A form sends each column by itself. Nobody passes on an address of that length. */
function isWrittenByForm(request: FastifyRequest): boolean {
  return Array.isArray((request.query as Record<string, unknown>)['cols'])
}

function shortAddress(request: FastifyRequest, columns: Columns): string {
  const page = parameterOf(request, 'page')
  const kept = { ...columnsParameter(columns), ...(page === '' ? {} : { page }) }
  return withQuery(paths.fleetPage(), parameterOf(request, 'q'), kept)
}

// GET /history
import type { FastifyPluginCallback } from 'fastify'
import { paths } from '../../shared/protocol/paths.ts'
import type { Query } from '../../shared/query/query.ts'
import { requireReader } from '../api/auth.ts'
import { findServers } from '../changes/find-servers.ts'
import type { CollectorContext } from '../context.ts'
import { nameOf } from '../store/records.ts'
import { toHistoryItem } from '../views/history-view.ts'
import { FILTER_NAMES, readFilters, type HistoryFilters } from './history-filters.ts'
import { historyPage } from './history-page.ts'
import { parameterOf, type PageKit } from './page-kit.ts'
import { sendPage } from './send-page.ts'

const LINES = 100

export function historyRoutes({ ctx, shellOf }: PageKit): FastifyPluginCallback {
  return (app, _options, done) => {
    app.get(paths.historyPage(), { onRequest: requireReader(ctx) }, (request, reply) => {
      const shell = shellOf(request)
      const filters = Object.fromEntries(
        FILTER_NAMES.map((name) => [name, parameterOf(request, name)]),
      ) as HistoryFilters
      const before = parameterOf(request, 'before')
      const { query, servers, problem } = readFilters(filters, before)
      const found =
        query === null
          ? { records: [], nextBeforeId: null }
          : ctx.store.searchHistory({ ...query, ...selection(ctx, servers, shell.now), limit: LINES })
      const server = filters.server === '' ? null : ctx.projection.get(filters.server)
      const page = historyPage(shell, {
        filters,
        problem,
        isNewest: before === '',
        serverName: server === null ? null : nameOf(server),
        items: found.records.map(toHistoryItem),
        nextBefore: found.nextBeforeId === null ? null : String(found.nextBeforeId),
      })
      return sendPage(reply, problem === null ? 200 : 400, page)
    })
    done()
  }
}

/** What happened to the servers that a query selects now. */
function selection(ctx: CollectorContext, servers: Query | null, now: number) {
  if (servers === null) return {}
  const wanted = new Set(findServers(ctx.projection, servers, now).map(({ id }) => id))
  return { isServerWanted: (id: string) => wanted.has(id) }
}

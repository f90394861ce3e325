// GET /api/v1/history: what happened, newest first.
import { paths } from '../../../shared/protocol/paths.ts'
import type { CollectorContext } from '../../context.ts'
import type { HistoryQuery } from '../../store/store.ts'
import { toHistoryItem } from '../../views/history-view.ts'
import type { Api } from '../api.ts'
import { requireRole } from '../guards.ts'
import { badParameter, readCount, readText, requireKnownParameters, type Query } from '../query.ts'
import { historyList } from '../schemas/history.ts'

const PAGE = { default: 100, max: 1_000 }

export function getHistory(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'GET',
    url: paths.history(),
    schema: { response: { 200: historyList } },
    onRequest: requireRole(ctx, 'reader'),
    handler: async (request, reply) => {
      void reply.header('cache-control', 'no-store')
      const query = request.query as Query
      requireKnownParameters(query, ['limit', 'cursor', 'server'])
      const asked = toHistoryQuery(query)
      const rows = ctx.store.history(asked)
      const last = rows.at(-1)
      return {
        items: rows.map(toHistoryItem),
        // A page that is not full is the last one.
        nextCursor: last === undefined || rows.length < asked.limit ? null : String(last.id),
        total: null,
      }
    },
  })
}

function toHistoryQuery(query: Query): HistoryQuery {
  const limit = readCount(query, 'limit', PAGE)
  const cursor = readText(query, 'cursor')
  const server = readText(query, 'server')
  if (cursor !== null && !/^\d{1,15}$/.test(cursor)) {
    throw badParameter('cursor', 'must be the nextCursor of an earlier answer')
  }
  return {
    limit,
    ...(cursor === null ? {} : { beforeId: Number(cursor) }),
    ...(server === null ? {} : { serverId: server }),
  }
}

// GET /api/v1/servers: active servers, those that need a person first.
import { byUrgency } from '../../../shared/judgement/order.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import type { CollectorContext } from '../../context.ts'
import { nameOf, type ServerRecord } from '../../store/records.ts'
import { toServerItem } from '../../views/server-view.ts'
import type { Api } from '../api.ts'
import { requireRole } from '../guards.ts'
import { badParameter, readCount, readText, requireKnownParameters, type Query } from '../query.ts'
import { serverList } from '../schemas/server.ts'
import { decodeCursor, encodeCursor } from '../server-cursor.ts'

const PAGE = { default: 100, max: 1_000 }

export function getServers(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'GET',
    url: paths.servers(),
    schema: { response: { 200: serverList } },
    onRequest: requireRole(ctx, 'reader'),
    handler: async (request, reply) => {
      void reply.header('cache-control', 'no-store')
      const query = request.query as Query
      requireKnownParameters(query, ['limit', 'cursor'])
      const now = ctx.clock.now()
      const ordered = ctx.projection.inOrder()
      const start = firstAfter(ordered, readText(query, 'cursor'))
      const page = ordered.slice(start, start + readCount(query, 'limit', PAGE))
      const last = page.at(-1)
      const isEnd = last === undefined || start + page.length >= ordered.length
      return {
        items: page.map((record) => toServerItem(record, ctx.projection.lastContactAt(record.id), now)),
        nextCursor: isEnd ? null : encodeCursor(last),
        total: ordered.length,
      }
    },
  })
}

/** Index of the first server behind the cursor, by binary search: the list is sorted by the same comparison. */
function firstAfter(ordered: readonly ServerRecord[], cursor: string | null): number {
  if (cursor === null) return 0
  const place = decodeCursor(cursor)
  if (place === null) throw badParameter('cursor', 'must be the nextCursor of an earlier answer')
  let low = 0
  let high = ordered.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const record = ordered[middle]
    if (record !== undefined && byUrgency({ ...record, name: nameOf(record) }, place) > 0) high = middle
    else low = middle + 1
  }
  return low
}

// GET /api/v1/servers: what a query selects, those that need a person first. Without a query all active servers.
import Type from 'typebox'
import { byUrgency } from '../../../shared/judgement/order.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { findRows, findServers } from '../../changes/find-servers.ts'
import type { CollectorContext } from '../../context.ts'
import { nameOf, type ServerRecord } from '../../store/records.ts'
import { toFacets } from '../../views/facets-view.ts'
import { toServerItem } from '../../views/server-view.ts'
import type { Api } from '../api.ts'
import { requireRole } from '../guards.ts'
import { pageOf } from '../list-page.ts'
import { badParameter } from '../query.ts'
import { PAGE_DEFAULT, PAGE_PARAMETERS } from '../query-parameters.ts'
import { serverList } from '../schemas/server.ts'
import { readSearch, SEARCH_PARAMETER } from '../search-parameter.ts'
import { decodeCursor, encodeCursor } from '../server-cursor.ts'
import { answerUnchanged } from '../unchanged.ts'

const parameters = Type.Object({
  ...SEARCH_PARAMETER,
  ...PAGE_PARAMETERS,
  facets: Type.Optional(Type.Enum(['1'], { description: 'Count the values that the selected servers have' })),
})

export function getServers(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'GET',
    url: paths.servers(),
    schema: {
      summary: 'List servers, most urgent first',
      description: 'Only active servers, unless the query has a term with the key lifecycle.',
      querystring: parameters,
      response: { 200: serverList },
    },
    onRequest: requireRole(ctx, 'reader'),
    preHandler: answerUnchanged(ctx),
    handler: async ({ query: { q, limit, cursor, facets } }) => {
      const now = ctx.clock.now()
      const query = readSearch(q)
      const rows = facets === undefined ? null : findRows(ctx.projection, query, now)
      const found = rows?.map(({ record }) => record) ?? findServers(ctx.projection, query, now)
      const page = pageOf(found, limit ?? PAGE_DEFAULT, isBehind(cursor), encodeCursor)
      return {
        ...page,
        items: page.items.map((record) => toServerItem(record, ctx.projection.lastContactAt(record.id), now)),
        ...(rows === null ? {} : { facets: toFacets(rows) }),
      }
    },
  })
}

function isBehind(cursor: string | undefined): ((record: ServerRecord) => boolean) | null {
  if (cursor === undefined) return null
  const place = decodeCursor(cursor)
  if (place === null) throw badParameter('cursor', 'must be the nextCursor of an earlier answer')
  return (record) => byUrgency({ verdict: record.verdict, name: nameOf(record), id: record.id }, place) > 0
}

// GET /api/v1/audit: who did what, when and from where, newest first.
import Type from 'typebox'
import { paths } from '../../../shared/protocol/paths.ts'
import type { CollectorContext } from '../../context.ts'
import { toAuditItem } from '../../views/access-view.ts'
import type { Api } from '../api.ts'
import { requireRole } from '../guards.ts'
import { badParameter } from '../query.ts'
import { PAGE_DEFAULT, PAGE_PARAMETERS } from '../query-parameters.ts'
import { auditList } from '../schemas/access.ts'

export function getAudit(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'GET',
    url: paths.audit(),
    schema: {
      summary: 'List what operators and the collector did, newest first',
      querystring: Type.Object(PAGE_PARAMETERS),
      response: { 200: auditList },
    },
    onRequest: requireRole(ctx, 'admin'),
    handler: async ({ query: { limit = PAGE_DEFAULT, cursor } }, reply) => {
      void reply.header('cache-control', 'no-store')
      if (cursor !== undefined && !/^\d{1,15}$/.test(cursor)) {
        throw badParameter('cursor', 'must be the nextCursor of an earlier answer')
      }
      const records = ctx.store.audit(limit, cursor === undefined ? undefined : Number(cursor))
      const last = records.at(-1)
      return {
        items: records.map(toAuditItem),
        nextCursor: last === undefined || records.length < limit ? null : String(last.id),
        total: null,
      }
    },
  })
}

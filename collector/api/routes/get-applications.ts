// GET /api/v1/applications: the fleet by application, the most urgent first.
import Type from 'typebox'
import { paths } from '../../../shared/protocol/paths.ts'
import { emptyGroup, groupByApplication } from '../../changes/applications.ts'
import type { CollectorContext } from '../../context.ts'
import { byApplicationUrgency, placeOf, toApplicationItem, type ApplicationItem } from '../../views/application-view.ts'
import type { Api } from '../api.ts'
import { decodeApplicationCursor, encodeApplicationCursor } from '../application-cursor.ts'
import { requireRole } from '../guards.ts'
import { pageOf } from '../list-page.ts'
import { badParameter } from '../query.ts'
import { PAGE_DEFAULT, PAGE_PARAMETERS } from '../query-parameters.ts'
import { applicationList } from '../schemas/application.ts'

export function getApplications(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'GET',
    url: paths.applications(),
    schema: {
      summary: 'List applications with their servers counted, most urgent first',
      description: 'Active servers only. Servers of no application stand together under the name null.',
      querystring: Type.Object(PAGE_PARAMETERS),
      response: { 200: applicationList },
    },
    onRequest: requireRole(ctx, 'reader'),
    handler: async ({ query: { limit, cursor } }, reply) => {
      void reply.header('cache-control', 'no-store')
      const sorted = applicationItems(ctx).sort((a, b) => byApplicationUrgency(placeOf(a), placeOf(b)))
      const page = pageOf(sorted, limit ?? PAGE_DEFAULT, isBehind(cursor), encodeApplicationCursor)
      return { ...page, items: [...page.items] }
    },
  })
}

/** Those that have servers, and those that only have a policy of their own. */
function applicationItems(ctx: CollectorContext): ApplicationItem[] {
  const policy = ctx.policy()
  const groups = groupByApplication(ctx.projection.inOrder())
  const named = new Set(groups.map(({ name }) => name))
  for (const name of Object.keys(policy.applications)) if (!named.has(name)) groups.push(emptyGroup(name))
  return groups.map((group) => toApplicationItem(group, policy))
}

function isBehind(cursor: string | undefined): ((item: ApplicationItem) => boolean) | null {
  if (cursor === undefined) return null
  const place = decodeApplicationCursor(cursor)
  if (place === null) throw badParameter('cursor', 'must be the nextCursor of an earlier answer')
  return (item) => byApplicationUrgency(placeOf(item), place) > 0
}

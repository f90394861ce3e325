// GET /api/v1/applications/{name}: one application, by its exact name.
import Type from 'typebox'
import { paths } from '../../../shared/protocol/paths.ts'
import { emptyGroup, groupByApplication } from '../../changes/applications.ts'
import type { CollectorContext } from '../../context.ts'
import { applicationOf } from '../../store/records.ts'
import { toApplicationItem } from '../../views/application-view.ts'
import type { Api } from '../api.ts'
import { requireRole } from '../guards.ts'
import { ProblemError } from '../problem.ts'
import { NO_PARAMETERS } from '../query-parameters.ts'
import { routePattern } from '../route-pattern.ts'
import { applicationItem } from '../schemas/application.ts'

export function getApplication(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'GET',
    url: routePattern(paths.application, 'name'),
    schema: {
      summary: 'One application with its servers counted and its policy',
      params: Type.Object({ name: Type.String({ description: 'Its exact name', examples: ['shop'] }) }),
      querystring: NO_PARAMETERS,
      response: { 200: applicationItem },
    },
    onRequest: requireRole(ctx, 'reader'),
    handler: async ({ params: { name } }, reply) => {
      void reply.header('cache-control', 'no-store')
      const policy = ctx.policy()
      const servers = ctx.projection.inOrder().filter((record) => applicationOf(record) === name)
      const [group] = groupByApplication(servers)
      if (group === undefined && !Object.hasOwn(policy.applications, name)) {
        throw new ProblemError('not-found', { detail: 'No active server belongs to an application of this name.' })
      }
      return toApplicationItem(group ?? emptyGroup(name), policy)
    },
  })
}

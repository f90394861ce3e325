// GET /api/v1/policy: the thresholds in force, and what each preset is and does not cover.
import { paths } from '../../../shared/protocol/paths.ts'
import type { CollectorContext } from '../../context.ts'
import { policyInForce } from '../../policy/change-policy.ts'
import { toPolicyDocument } from '../../policy/policy-document.ts'
import type { Api } from '../api.ts'
import { requireRole } from '../guards.ts'
import { NO_PARAMETERS } from '../query-parameters.ts'
import { policyDocument } from '../schemas/policy.ts'

export function getPolicy(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'GET',
    url: paths.policy(),
    schema: {
      summary: 'The policy in force and the presets',
      querystring: NO_PARAMETERS,
      response: { 200: policyDocument },
    },
    onRequest: requireRole(ctx, 'reader'),
    handler: async (_request, reply) => {
      void reply.header('cache-control', 'no-store')
      return toPolicyDocument(policyInForce(ctx.store))
    },
  })
}

// GET /api/v1/openapi.json: this interface, described for programs.
import Type from 'typebox'
import { paths } from '../../../shared/protocol/paths.ts'
import type { CollectorContext } from '../../context.ts'
import type { Api } from '../api.ts'
import { requireRole } from '../guards.ts'
import { NO_PARAMETERS } from '../query-parameters.ts'

export function getOpenapi(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'GET',
    url: paths.openapi(),
    schema: {
      summary: 'This description (OpenAPI 3.1)',
      querystring: NO_PARAMETERS,
      response: { 200: Type.Object({ openapi: Type.String({ examples: ['3.1.0'] }) }) },
    },
    onRequest: requireRole(ctx, 'reader'),
    handler: async (_request, reply) => {
      void reply.header('cache-control', 'no-store')
      return app.swagger() as { openapi: string }
    },
  })
}

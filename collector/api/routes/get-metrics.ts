// GET /metrics: the fleet for Prometheus.
import { Readable } from 'node:stream'
import Type from 'typebox'
import { paths } from '../../../shared/protocol/paths.ts'
import type { CollectorContext } from '../../context.ts'
import { METRICS_TYPE, type Metrics } from '../../metrics/metrics.ts'
import type { Api } from '../api.ts'
import { requireRole } from '../guards.ts'

export function getMetrics(app: Api, ctx: CollectorContext, metrics: Metrics): void {
  app.route({
    method: 'GET',
    url: paths.metrics(),
    exposeHeadRoute: false,
    schema: {
      summary: 'The fleet as Prometheus metrics',
      description: 'Text format 0.0.4. Samples of single servers are left out of large fleets: see metrics.perServer.',
      produces: ['text/plain'],
      querystring: Type.Object({}),
      response: { 200: Type.String({ examples: ['overdue_servers{state="restart-required"} 2\n'] }) },
    },
    onRequest: requireRole(ctx, 'reader'),
    handler: (_request, reply) => {
      void reply.type(METRICS_TYPE).header('cache-control', 'no-store')
      void reply.send(Readable.from(metrics.text()) as unknown as string)
    },
  })
}

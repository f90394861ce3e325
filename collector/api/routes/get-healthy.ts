// GET /-/healthy: the process runs and answers. Says nothing about the store: restarting would not mend that.
import Type from 'typebox'
import { paths } from '../../../shared/protocol/paths.ts'
import type { Api } from '../api.ts'

const healthy = Type.Object({ status: Type.Literal('healthy') })

export function getHealthy(app: Api): void {
  app.get(
    paths.healthy(),
    { schema: { summary: 'The process runs', response: { 200: healthy } } },
    async (_request, reply) => {
      void reply.header('cache-control', 'no-store')
      return { status: 'healthy' as const }
    },
  )
}

// GET /-/ready: reports can be taken, which means that the store answers. Tells nobody how many servers there are.
import Type from 'typebox'
import { paths } from '../../../shared/protocol/paths.ts'
import type { CollectorContext } from '../../context.ts'
import type { Api } from '../api.ts'
import { ProblemError } from '../problem.ts'

const ready = Type.Object({ status: Type.Literal('ready') })

export function getReady(app: Api, ctx: CollectorContext): void {
  app.get(
    paths.ready(),
    { schema: { summary: 'Reports can be taken', response: { 200: ready }, 'x-problems': ['not-ready'] } },
    async (_request, reply) => {
      void reply.header('cache-control', 'no-store')
      try {
        ctx.store.check()
      } catch (cause) {
        ctx.log.error({ err: cause }, 'the store does not answer')
        throw new ProblemError('not-ready', { headers: { 'retry-after': '5' }, cause })
      }
      return { status: 'ready' as const }
    },
  )
}

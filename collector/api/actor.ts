// Who does it, as the audit keeps it.
import type { FastifyRequest } from 'fastify'
import { personOf, type Operator } from '../actions/change-server.ts'
import type { CollectorContext } from '../context.ts'

export function byOf(
  ctx: CollectorContext,
  request: FastifyRequest,
): { at: number; actor: string; from: string | null } {
  return { at: ctx.clock.now(), actor: `token:${request.token?.id ?? ''}`, from: request.ip ?? null }
}

/** The same with the name people know, for what they read beside the servers. */
export function operatorOf(ctx: CollectorContext, request: FastifyRequest): Operator {
  return { ...byOf(ctx, request), name: personOf(request.token) }
}

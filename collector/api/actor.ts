// Who does it, as the audit keeps it.
import type { FastifyRequest } from 'fastify'
import type { CollectorContext } from '../context.ts'

export function byOf(
  ctx: CollectorContext,
  request: FastifyRequest,
): { at: number; actor: string; from: string | null } {
  return { at: ctx.clock.now(), actor: `token:${request.token?.id ?? ''}`, from: request.ip ?? null }
}

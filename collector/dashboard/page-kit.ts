// What the route of every page is made of.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Artefacts } from '../artefacts.ts'
import type { RestartLog } from '../changes/restart-log.ts'
import type { CollectorContext } from '../context.ts'
import type { Shell } from './layout.ts'
import { messagePage, type MessageModel } from './message-page.ts'
import { sendPage } from './send-page.ts'

export type PageKit = {
  ctx: CollectorContext
  /** Without a request nobody is known to be signed in. */
  shellOf: (request?: FastifyRequest) => Shell
  /** What hosts download from this collector, if it has it. */
  artefacts: Artefacts
  /** How long servers waited for their restarts. */
  restarts: RestartLog
}

/** One value of the address, without blanks around it; '' where it is missing or given twice. */
export function parameterOf(request: FastifyRequest, name: string): string {
  const value = (request.query as Record<string, unknown>)[name]
  return typeof value === 'string' ? value.trim() : ''
}

export function sendMissing(
  kit: PageKit,
  request: FastifyRequest,
  reply: FastifyReply,
  what: MessageModel,
): FastifyReply {
  return sendPage(reply, 404, messagePage(kit.shellOf(request), what))
}

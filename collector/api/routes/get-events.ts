// GET /api/v1/events: what changes, as it changes (server-sent events).
import type { OutgoingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { paths } from '../../../shared/protocol/paths.ts'
import type { CollectorContext } from '../../context.ts'
import type { Api } from '../api.ts'
import type { EventHub } from '../event-hub.ts'
import { EventStream } from '../event-stream.ts'
import { isRequestStillAllowed, requireRole } from '../guards.ts'
import { ProblemError } from '../problem.ts'
import { NO_PARAMETERS } from '../query-parameters.ts'

export function getEvents(app: Api, ctx: CollectorContext, hub: EventHub): void {
  app.route({
    method: 'GET',
    url: paths.events(),
    exposeHeadRoute: false,
    schema: {
      summary: 'What changes, as it changes (server-sent events)',
      description:
        'Goes on behind the id in Last-Event-ID; an event "reset" says that it cannot: read everything again.',
      produces: ['text/event-stream'],
      querystring: NO_PARAMETERS,
      response: {
        200: Type.String({
          examples: ['id: 41\nevent: server.changed\ndata: {"id":"s...","state":"restart-required"}\n\n'],
        }),
      },
    },
    onRequest: requireRole(ctx, 'reader'),
    handler: (request, reply) => {
      if (hub.isFull) throw new ProblemError('overloaded', { headers: { 'retry-after': '30' } })
      hub.join(openStream(reply), lastEventId(request), () => isRequestStillAllowed(ctx, request, 'reader'))
    },
  })
}

function openStream(reply: FastifyReply): EventStream {
  reply.hijack()
  reply.raw.writeHead(200, {
    ...(reply.getHeaders() as OutgoingHttpHeaders),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // nginx would otherwise hold events back until its buffer is full.
    'x-accel-buffering': 'no',
  })
  // A small event must not wait for the next one to fill a packet.
  reply.raw.socket?.setNoDelay(true)
  return new EventStream(reply.raw)
}

/** Null: the reader starts now. Anything that is no id of ours counts as too old, and is answered with a reset. */
function lastEventId(request: FastifyRequest): number | null {
  const header = request.headers['last-event-id']
  if (header === undefined || header === '') return null
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : -1
}

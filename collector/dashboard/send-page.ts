// Pages show what is true now and to whom they were made: nobody keeps a copy.
import type { FastifyReply } from 'fastify'
import { renderDocument, type View } from './html.ts'

export function sendPage(reply: FastifyReply, status: number, page: View): FastifyReply {
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(renderDocument(page))
}

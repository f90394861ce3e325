// The answer to a refresh as lines of JSON, written as servers answer.
import type { OutgoingHttpHeaders } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { RefreshLine } from '../views/refresh-view.ts'

/** `gone` fires when the reader went away; whoever may not read on is made to go by firing it. */
export type RefreshStream = {
  write: (line: RefreshLine) => void
  end: () => void
  cut: () => void
  gone: AbortController
}

export function openRefreshStream(reply: FastifyReply): RefreshStream {
  const gone = new AbortController()
  const { raw } = reply.hijack()
  raw.once('close', () => gone.abort())
  raw.writeHead(200, {
    ...(reply.getHeaders() as OutgoingHttpHeaders),
    'content-type': 'application/x-ndjson; charset=utf-8',
    // nginx would otherwise hold lines back until its buffer is full.
    'x-accel-buffering': 'no',
  })
  return {
    gone,
    write: (line) => {
      if (!raw.destroyed && !raw.writableEnded) raw.write(`${JSON.stringify(line)}\n`)
    },
    end: () => void raw.end(),
    cut: () => void raw.destroy(),
  }
}

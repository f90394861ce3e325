// One artefact as an answer: streamed, with its length and the hash of its content as the tag.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Artefacts } from '../artefacts.ts'
import { ProblemError } from './problem.ts'

/** Throws `not-found` for a name that SHA256SUMS does not list. */
export async function sendArtefact(
  artefacts: Artefacts,
  name: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const found = await artefacts.open(name)
  if (found === null) throw new ProblemError('not-found', { detail: 'This collector has no such file for agents.' })
  const { handle, bytes, sha256 } = found
  // Asked about each time: an upgrade of the collector replaces all of them together.
  void reply.type(typeOf(name)).header('cache-control', 'no-cache')
  if (sha256 !== null) void reply.header('etag', `"${sha256}"`)
  if (sha256 !== null && request.headers['if-none-match'] === `"${sha256}"`) {
    await handle.close()
    return reply.code(304).send()
  }
  void reply.header('content-length', bytes)
  if (request.method === 'HEAD') {
    await handle.close()
    return reply.send()
  }
  // `end` is given, so that a file that grows meanwhile keeps to the length that was announced.
  return reply.send(handle.createReadStream({ start: 0, end: Math.max(0, bytes - 1) }))
}

/** A script is shown by a browser, so that it can be read before it is run. */
function typeOf(name: string): string {
  return /\.(xz|tar|cjs)$/.test(name) ? 'application/octet-stream' : 'text/plain; charset=utf-8'
}

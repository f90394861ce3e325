// Pages, style, scripts and tables go out compressed to whoever takes that. Answers that are written piece by piece for
// somebody who waits, the event stream above all, never do: a piece kept back to be packed with the next comes too late.
import { pipeline, Readable } from 'node:stream'
import { promisify } from 'node:util'
import { brotliCompress, constants, createGzip, gzip, type BrotliOptions } from 'node:zlib'
import type { FastifyReply, onSendAsyncHookHandler } from 'fastify'

/** Below this a packet is a packet. */
const BYTES_MIN = 1_400
const COMPRESSIBLE = /^(?:text\/(?:html|css|javascript|csv)|image\/svg\+xml)\b/
/** What a page gains from more effort is less than the time it takes. */
const GZIP = { level: 5 } as const
const BROTLI: BrotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }

const packed = { gzip: promisify(gzip), br: promisify(brotliCompress) }

export const compress: onSendAsyncHookHandler = async (request, reply, payload) => {
  if (!COMPRESSIBLE.test(reply.getHeader('content-type')?.toString() ?? '')) return payload
  void reply.header('vary', 'accept-encoding')
  const accepted = acceptedBy(request.headers['accept-encoding']?.toString() ?? '')
  if (payload instanceof Readable) return accepted.has('gzip') ? compressedStream(payload, reply) : payload
  const encoding = (['br', 'gzip'] as const).find((name) => accepted.has(name))
  if (encoding === undefined || !isLong(payload)) return payload
  void reply.header('content-encoding', encoding).removeHeader('content-length')
  return encoding === 'br' ? await packed.br(payload, BROTLI) : await packed.gzip(payload, GZIP)
}

/** What breaks off on one side ends on the other. */
function compressedStream(source: Readable, reply: FastifyReply): Readable {
  void reply.header('content-encoding', 'gzip')
  return pipeline(source, createGzip(GZIP), () => {})
}

function isLong(payload: unknown): payload is string | Buffer {
  return (typeof payload === 'string' || Buffer.isBuffer(payload)) && Buffer.byteLength(payload) >= BYTES_MIN
}

/** RFC 9110 12.5.3: names with weights; weight 0 refuses. */
function acceptedBy(header: string): ReadonlySet<string> {
  const entries = header.split(',').map((entry) => entry.split(';').map((part) => part.trim().toLowerCase()))
  return new Set(entries.filter(([, weight = '']) => !/^q=0(?:\.0*)?$/.test(weight)).map(([name = '']) => name))
}

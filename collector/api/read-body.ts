// The one way a JSON body gets in: exact media type, bounded bytes on the wire, bounded inflation, valid UTF-8, bounded
// depth and tokens, no keys that reach a prototype. Each step refuses with the problem a client can act on.
import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import {
  BODY_BYTES_MAX,
  BODY_TOKENS_MAX,
  JSON_DEPTH_MAX,
  REPORT_INFLATED_BYTES_MAX,
  REPORT_TOKENS_MAX,
  REPORT_WIRE_BYTES_MAX,
} from '../../shared/protocol/limits.ts'
import type { BodyBudget } from './body-budget.ts'
import { ProblemError } from './problem.ts'
import { findPoisonedKey, scanJson } from './scan-json.ts'

export type BodyLimits = {
  wireBytesMax: number
  /** Bytes after gunzip; null: the route takes no compressed body. */
  inflatedBytesMax: number | null
  tokensMax: number
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route's body may be; small and plain unless it says otherwise. */
    body?: BodyLimits
  }
}

export const SMALL_BODY: BodyLimits = {
  wireBytesMax: BODY_BYTES_MAX,
  inflatedBytesMax: null,
  tokensMax: BODY_TOKENS_MAX,
}
export const REPORT_BODY: BodyLimits = {
  wireBytesMax: REPORT_WIRE_BYTES_MAX,
  inflatedBytesMax: REPORT_INFLATED_BYTES_MAX,
  tokensMax: REPORT_TOKENS_MAX,
}

/** A gzip body may grow this many times; real reports grow five times. */
const INFLATE_RATIO_MAX = 100
/** Below this an inflated body may be of any ratio: a short text of one letter compresses well, too. */
const INFLATE_ALWAYS_BYTES = 16 * 1024

// Exactly the media type, at most with its one meaningful parameter. Content-type parsers that were lenient here have
// been a way around validation more than once, so nothing is normalised, trimmed or guessed.
const JSON_MEDIA_TYPE = /^application\/json(?:; ?charset=utf-8)?$/i

const inflate = promisify(gunzip)

/** The parsed body. Throws ProblemError. */
export async function readJsonBody(
  stream: Readable,
  headers: IncomingHttpHeaders,
  limits: BodyLimits,
  budget: BodyBudget,
): Promise<unknown> {
  requireJsonMediaType(headers)
  const compressed = isGzip(headers, limits)
  const wire = await readBytes(stream, limits.wireBytesMax, headers, budget)
  return await parseWire(wire, compressed, limits)
}

/** The same of a body that is there: `wire` is no longer than `limits` allows. Throws ProblemError. */
export async function parseJsonBody(wire: Buffer, headers: IncomingHttpHeaders, limits: BodyLimits): Promise<unknown> {
  requireJsonMediaType(headers)
  return await parseWire(wire, isGzip(headers, limits), limits)
}

async function parseWire(wire: Buffer, compressed: boolean, limits: BodyLimits): Promise<unknown> {
  return parseBounded(compressed ? await inflateBounded(wire, limits) : wire, limits)
}

function requireJsonMediaType(headers: IncomingHttpHeaders): void {
  if (!JSON_MEDIA_TYPE.test(headers['content-type'] ?? '')) {
    throw new ProblemError('unsupported-media-type', { detail: 'Send the header "Content-Type: application/json".' })
  }
}

function isGzip(headers: IncomingHttpHeaders, limits: BodyLimits): boolean {
  const encoding = headers['content-encoding']
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return false
  if (limits.inflatedBytesMax !== null && encoding.toLowerCase() === 'gzip') return true
  const allowed = limits.inflatedBytesMax === null ? 'Send this body uncompressed.' : 'Send the body plain or as gzip.'
  throw new ProblemError('unsupported-encoding', { detail: allowed, headers: { 'accept-encoding': 'gzip, identity' } })
}

async function readBytes(stream: Readable, max: number, headers: IncomingHttpHeaders, budget: BodyBudget) {
  const declared = Number(headers['content-length'] ?? 0)
  if (declared > max) throw tooLarge(`on the wire, at most ${max} bytes`)
  // A body in chunks says nothing about its size: it counts as large as it may become.
  const reserved = headers['content-length'] === undefined ? max : declared
  budget.take(reserved)
  try {
    return await collect(stream, max)
  } finally {
    budget.giveBack(reserved)
  }
}

/** What is beyond the limit is left to Node, which reads on and drops it until the request's time is up. */
function collect(stream: Readable, max: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const onData = (chunk: Buffer) => {
      length += chunk.length
      chunks.push(chunk)
      if (length <= max) return
      stream.off('data', onData)
      reject(tooLarge(`on the wire, at most ${max} bytes`))
    }
    stream.on('data', onData)
    // As a rule there is one: put together it would be copied for nothing.
    stream.once('end', () =>
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length)),
    )
    // "close" comes after every body; without an "end" before it, the client went away in the middle. An error is made
    // only then: its stack trace costs as much as parsing a report.
    const brokenOff = () => {
      if (!stream.readableEnded) reject(new ProblemError('malformed-request', { detail: 'The body broke off.' }))
    }
    stream.once('error', brokenOff)
    stream.once('close', brokenOff)
  })
}

async function inflateBounded(wire: Buffer, limits: BodyLimits): Promise<Buffer> {
  const byRatio = Math.max(wire.length * INFLATE_RATIO_MAX, INFLATE_ALWAYS_BYTES)
  const maxOutputLength = Math.min(byRatio, limits.inflatedBytesMax ?? 0)
  try {
    return await inflate(wire, { maxOutputLength })
  } catch (error) {
    if (isTooLarge(error)) throw tooLarge(`inflated, at most ${maxOutputLength} bytes for this compressed size`)
    throw new ProblemError('invalid-json', { detail: 'The body says gzip and is not a complete gzip stream.' })
  }
}

function parseBounded(bytes: Buffer, limits: BodyLimits): unknown {
  const scan = scanJson(bytes, { depthMax: JSON_DEPTH_MAX, tokensMax: limits.tokensMax })
  if (scan === 'too-deep') throw notJson(`The body nests deeper than ${JSON_DEPTH_MAX} levels.`)
  if (scan === 'too-many-tokens') throw tooLarge(`in JSON tokens, at most ${limits.tokensMax}`)
  if (!isUtf8(bytes)) throw notJson('The body is not valid UTF-8.')
  const text = bytes.toString('utf8')
  const value = parse(text)
  refusePoison(text, value)
  return value
}

function parse(text: string): unknown {
  if (text.trim() === '') throw notJson('The body is empty.')
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the body, which may hold what must not come back in an answer or a log.
    throw notJson('The body does not parse as JSON.')
  }
}

/** The walk is taken only by texts that could hold such a key: spelled out, or hidden in an escape. */
function refusePoison(text: string, value: unknown): void {
  if (!text.includes('__proto__') && !text.includes('constructor') && !text.includes('\\u')) return
  const pointer = findPoisonedKey(value)
  if (pointer === null) return
  throw new ProblemError('invalid-json', {
    detail: 'The body has a key that is not allowed.',
    errors: [{ pointer, detail: 'this key is not allowed' }],
  })
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
}

function tooLarge(what: string): ProblemError {
  return new ProblemError('body-too-large', { detail: `The body is too large: ${what}.` })
}

function notJson(detail: string): ProblemError {
  return new ProblemError('invalid-json', { detail })
}

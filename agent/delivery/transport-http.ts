// One POST of JSON at a time to one collector. The only file that knows undici, and only its Client: the whole package
// would double the memory of an agent at rest. Every wait has an end, and answers are read up to a limit.
import type { PeerCertificate, SecureContext } from 'node:tls'
import Client from 'undici/lib/dispatcher/client.js'
import type { Dispatcher } from 'undici'
import { REPLY_BYTES_MAX } from '../../shared/protocol/limits.ts'
import { isErrno } from '../files/durable-file.ts'
import { pinProblem } from './pins.ts'
import type { Proxy } from './proxy.ts'
import { tunnelThrough } from './transport-tunnel.ts'

const EXCHANGE_MS_MAX = 10_000
const CONNECT_MS_MAX = 5_000
/** How long a connection is kept for a server that does not say how long it keeps its own: a proxy's may end any moment. */
const KEEP_ALIVE_MS = 4_000
/**
 * A collector says it keeps connections for 75 s ("Keep-Alive: timeout=75"), and the next heartbeat comes after 60 s:
 * kept that long, a connection serves them all, and a minute costs no TLS handshake (10 ms of an agent at rest's 80).
 */
const KEEP_ALIVE_MS_MAX = 120_000
/** A cut that comes later is no answer to what was sent on a connection just given up. */
const KEPT_CUT_MS_MAX = 1_000
const HEADER_BYTES_MAX = 16 * 1024

export type PostTarget = {
  /** Address of the collector without a trailing slash; may hold a path prefix. */
  url: string
  /** Whom to trust, made once: parsing the authorities of a distribution for every connection takes 20 ms. Null without TLS. */
  secureContext: SecureContext | null
  /** Keys of the collector, as in pins.ts; none: any that the certificate check accepts. */
  pins?: readonly string[]
  /** Null: the collector is reached directly. */
  proxy?: Proxy | null
  /** How long a connection is kept that nothing moves on, at most, ms. */
  keepMsMax?: number
}

export type PostRequest = {
  path: string
  headers: Readonly<Record<string, string>>
  body: string | Buffer
  /** From the first packet to the last byte of the answer, ms. A collector that hangs must not make a host silent for long. */
  timeoutMs?: number
  /** Told when a connection stands and the request goes out. */
  onSent?: () => void
}

export type Answer = {
  status: number
  /** Names in lower case; repeated headers are joined. */
  headers: Readonly<Record<string, string>>
  text: string
}

export type HttpPost = {
  /** Throws Error with a cause when there was no complete answer: unreachable, cut, too slow, too long. */
  post(request: PostRequest, signal?: AbortSignal): Promise<Answer>
  close(): Promise<void>
}

export function createHttpPost(target: PostTarget): HttpPost {
  const { url, proxy = null, keepMsMax = KEEP_ALIVE_MS_MAX } = target
  const base = new URL(url)
  const prefix = base.pathname.replace(/\/+$/, '')
  // A proxy takes plain requests whole (RFC 9112 section 3.2.2); through a tunnel they look as without it.
  const isForwarded = proxy !== null && base.protocol === 'http:'
  const client = new Client(isForwarded ? proxy.origin : base.origin, {
    allowH2: false,
    // One timer of ours ends each exchange; the library's tick twice a second for as long as an answer is waited for.
    bodyTimeout: 0,
    headersTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: keepMsMax,
    maxHeaderSize: HEADER_BYTES_MAX,
    maxResponseSize: REPLY_BYTES_MAX,
    pipelining: 1,
    connect: connectorTo(target),
  })
  let isConnected = false
  client.on('connect', () => (isConnected = true))
  client.on('disconnect', () => (isConnected = false))
  return {
    async post({ path, headers, body, timeoutMs = EXCHANGE_MS_MAX, onSent }, signal) {
      const whole = `${prefix}${path}`
      const request = isForwarded
        ? { path: `${base.origin}${whole}`, headers: { ...headers, ...headersFor(proxy, base.host) } }
        : { path: whole, headers }
      const wasKept = isConnected
      const startedMs = performance.now()
      const run = (): Promise<Answer> =>
        exchange(client, { method: 'POST', ...request, body }, { timeoutMs, onSent, signal })
      try {
        return await run()
      } catch (error) {
        // The other end may give up a connection it kept just while we use it. Sent twice, a report counts once.
        if (!wasKept || !wasCut(error) || performance.now() - startedMs > KEPT_CUT_MS_MAX) throw error
        return await run()
      }
    },
    async close() {
      await client.destroy()
    },
  }
}

function connectorTo({ url, secureContext, pins = [], proxy = null }: PostTarget) {
  const options = {
    timeout: CONNECT_MS_MAX,
    ...(secureContext === null ? {} : { secureContext }),
    ...(pins.length === 0 ? {} : { checkServerIdentity: pinnedIdentity(pins) }),
  }
  return proxy !== null && url.startsWith('https:') ? tunnelThrough(proxy, options) : options
}

/** The runtime's own check of the name, then the key. */
function pinnedIdentity(pins: readonly string[]) {
  // Only TLS comes here, and it is loaded by then; a collector on this machine needs none.
  return (host: string, certificate: PeerCertificate): Error | undefined => {
    const { checkServerIdentity } = process.getBuiltinModule('node:tls')
    return checkServerIdentity(host, certificate) ?? pinProblem(certificate, pins)
  }
}

/** By undici's own code for an end in the middle, or by errno. */
function wasCut(error: unknown): boolean {
  return isErrno(error, 'UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE')
}

function headersFor({ authorization }: Proxy, host: string): Record<string, string> {
  return { host, ...(authorization === null ? {} : { 'proxy-authorization': authorization }) }
}

type Limits = { timeoutMs: number; onSent: (() => void) | undefined; signal: AbortSignal | undefined }

function exchange(client: Dispatcher, options: Dispatcher.DispatchOptions, limits: Limits): Promise<Answer> {
  const { timeoutMs, onSent, signal } = limits
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const chunks: Buffer[] = []
  const answer = { status: 0, headers: {} as Record<string, string> }
  let abort = (_reason: Error): void => undefined

  const giveUp = (): void => {
    const reason = new Error(signal?.aborted ? 'stopped' : `no complete answer within ${timeoutMs / 1_000} s`)
    abort(reason)
    // Before a connection stands there is nothing to abort, and the caller must not wait for one.
    reject(reason)
  }
  const timer = setTimeout(giveUp, timeoutMs)
  signal?.addEventListener('abort', giveUp)
  client.dispatch(options, {
    onRequestStart(controller) {
      abort = (reason) => controller.abort(reason)
      onSent?.()
    },
    onResponseStart(_controller, status, headers) {
      answer.status = status
      answer.headers = flatHeaders(headers)
    },
    onResponseData(_controller, chunk) {
      chunks.push(chunk)
    },
    onResponseEnd() {
      resolve({ ...answer, text: Buffer.concat(chunks).toString('utf8') })
    },
    onResponseError(_controller, error) {
      reject(error)
    },
  })
  return promise.finally(() => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', giveUp)
  })
}

function flatHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) flat[name] = String(value)
  return flat
}

// Carries a report to the collector and says what became of it. Never throws: whatever goes wrong is a result.
import { paths } from '../../shared/protocol/paths.ts'
import type { Report } from '../../shared/protocol/report.ts'
import { createHttpPost, type HttpPost, type PostRequest, type PostTarget } from './transport-http.ts'
import { toSendResult } from './reply.ts'
import type { SendResult } from './send-result.ts'

/** Smaller bodies are not worth the work. */
const GZIP_BYTES_MIN = 8 * 1_024

/** 24 KiB of working memory instead of 256: a list of packages comes out a little longer. zlib.h: deflateInit2. */
const GZIP_FRUGAL = { windowBits: 12, memLevel: 4 }

/** After the end of the hold the answer has this long to come. */
const ANSWER_MS_MAX = 10_000
/** What fails sooner was never waited for: nobody there, or one who is not the collector. */
const CUT_MS_MIN = 1_000
const BESIDE_KEPT_MS = 2_000

export type Transport = {
  /** `waitMs`: a poll, whose answer may be held for so long. One at a time; other reports pass it by. */
  send(report: Report, signal: AbortSignal, waitMs?: number): Promise<SendResult>
  close(): Promise<void>
}

export type TransportOptions = PostTarget & {
  /** The one to send now, `ovds_ID_SECRET`. */
  credential: () => string
  /** Wall clock, epoch ms, to read a Retry-After that is a date. */
  nowMs: () => number
}

export function createTransport({ credential, nowMs, ...target }: TransportOptions): Transport {
  const main: HttpPost = createHttpPost(target)
  // Made when something first has to be sent past a poll; its connections are for that and not kept.
  let beside: HttpPost | null = null
  let isPolling = false
  const post = async (http: HttpPost, request: PostRequest, signal: AbortSignal): Promise<SendResult> => {
    try {
      return toSendResult(await http.post(request, signal), nowMs())
    } catch (error) {
      return { kind: 'retry-later', retryAfterMs: null, problem: `no answer: ${reasonOf(error)}` }
    }
  }
  return {
    async send(report, signal, waitMs) {
      const { body, headers } = encode(JSON.stringify(report))
      // No name of ours: a heartbeat is 0.6 KB, and section `host` says which version this is.
      const own = { authorization: `Bearer ${credential()}` }
      const request = { path: paths.report(), headers: { ...own, ...headers }, body }
      if (waitMs === undefined) {
        if (isPolling) beside ??= createHttpPost({ ...target, keepMsMax: BESIDE_KEPT_MS })
        return await post(isPolling ? (beside ?? main) : main, request, signal)
      }
      isPolling = true
      try {
        return await poll((timed) => post(main, { ...request, ...timed }, signal), request.headers, waitMs)
      } finally {
        isPolling = false
      }
    },
    async close() {
      await Promise.all([main.close(), beside?.close()])
    },
  }
}

type Timed = Pick<PostRequest, 'headers' | 'timeoutMs' | 'onSent'>

async function poll(
  post: (timed: Timed) => Promise<SendResult>,
  headers: PostRequest['headers'],
  waitMs: number,
): Promise<SendResult> {
  let sentMs = Infinity
  const result = await post({
    headers: { ...headers, prefer: `wait=${Math.floor(waitMs / 1_000)}` },
    timeoutMs: waitMs + ANSWER_MS_MAX,
    onSent: () => (sentMs = performance.now()),
  })
  const afterMs = Math.min(waitMs, performance.now() - sentMs)
  const isCut = result.kind === 'retry-later' && result.retryAfterMs === null && afterMs >= CUT_MS_MIN
  return isCut ? { kind: 'cut', afterMs } : result
}

/** The innermost reason tells most: "connect ECONNREFUSED", not "fetch failed". */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  return error.cause instanceof Error ? `${error.message}: ${reasonOf(error.cause)}` : error.message
}

function encode(text: string): { body: string | Buffer; headers: Record<string, string> } {
  const headers = { 'content-type': 'application/json' }
  if (Buffer.byteLength(text) <= GZIP_BYTES_MIN) return { body: text, headers }
  // Loaded only here: it takes 1 MB, and most reports are small.
  const { gzipSync } = process.getBuiltinModule('node:zlib')
  // Done here and at once, in a few ms: a thread of the pool would keep the memory it worked with.
  return { body: gzipSync(text, GZIP_FRUGAL), headers: { ...headers, 'content-encoding': 'gzip' } }
}

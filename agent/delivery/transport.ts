// Carries a report to the collector and says what became of it. Never throws: whatever goes wrong is a result.
import { paths } from '../../shared/protocol/paths.ts'
import type { Report } from '../../shared/protocol/report.ts'
import { createHttpPost, type HttpPost, type PostTarget } from './transport-http.ts'
import { toSendResult } from './reply.ts'
import type { SendResult } from './send-result.ts'

/** Smaller bodies are not worth the work. */
const GZIP_BYTES_MIN = 8 * 1_024

/** 24 KiB of working memory instead of 256: a list of packages comes out a little longer. zlib.h: deflateInit2. */
const GZIP_FRUGAL = { windowBits: 12, memLevel: 4 }

export type Transport = {
  send(report: Report, signal: AbortSignal): Promise<SendResult>
  close(): Promise<void>
}

export type TransportOptions = PostTarget & {
  /** The one to send now, `ovds_ID_SECRET`. */
  credential: () => string
  /** Wall clock, epoch ms, to read a Retry-After that is a date. */
  nowMs: () => number
}

export function createTransport({ credential, nowMs, ...target }: TransportOptions): Transport {
  const http: HttpPost = createHttpPost(target)
  return {
    async send(report, signal) {
      try {
        const { body, headers } = encode(JSON.stringify(report))
        // No name of ours: a heartbeat is 0.6 KB, and section `host` says which version this is.
        const own = { authorization: `Bearer ${credential()}` }
        return toSendResult(
          await http.post({ path: paths.report(), headers: { ...own, ...headers }, body }, signal),
          nowMs(),
        )
      } catch (error) {
        return { kind: 'retry-later', retryAfterMs: null, problem: `no answer: ${reasonOf(error)}` }
      }
    },
    close: () => http.close(),
  }
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

// A report and its answer, as the door of reports sees them: whether the HTTP library reads and writes them, or report-wire/.
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'

/** With its body, which was read together with its head. */
export type WholeRequest = { headers: IncomingHttpHeaders; bytes: Buffer; socket: Pick<Socket, 'remoteAddress'> }
export type ReportRequest = IncomingMessage | WholeRequest

/** The part of `ServerResponse` that is needed. "close" comes when the answer is out, or its client gone. */
export type ReportAnswer = {
  readonly headersSent: boolean
  readonly shouldKeepAlive: boolean
  setHeader(name: string, value: string): unknown
  hasHeader(name: string): boolean
  removeHeader(name: string): void
  writeHead(status: number, headers: OutgoingHttpHeaders): { end(body: string): unknown }
  once(event: 'close', listener: () => void): unknown
  removeListener(event: 'close', listener: () => void): unknown
}

const NOTHING = Buffer.alloc(0)

/** What was asked is known by now, and a thousand bytes of it are a tenth of what a waiting request takes. */
export function forgetAsked(request: ReportRequest): void {
  request.headers = {}
  if (isWhole(request)) request.bytes = NOTHING
  else request.rawHeaders = []
}

export function isWhole(request: ReportRequest): request is WholeRequest {
  return 'bytes' in request
}

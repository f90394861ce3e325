// One report as agents send it, read from the bytes of its connection. Not an HTTP parser: it knows one form of request, in
// which nothing can be read in two ways, and whatever differs from it is the library's. Pure.
import type { IncomingHttpHeaders } from 'node:http'
import { paths } from '../../../shared/protocol/paths.ts'

/** `reading`: the head of a report is there and its body is not, yet; `length`: all of it, in bytes. */
export type ReadResult =
  | { kind: 'request'; headers: IncomingHttpHeaders; body: Buffer; length: number }
  | { kind: 'reading'; headers: IncomingHttpHeaders; length: number }
  | { kind: 'not-ours' }

/** Agents send less than 1 KB. */
const HEAD_BYTES_MAX = 4 * 1024
/** Larger ones come once in a while, and the library takes them. */
const BODY_BYTES_MAX = 256 * 1024
const END_OF_HEAD = Buffer.from('\r\n\r\n')
const REQUEST_LINE = `POST ${paths.report()} HTTP/1.1\r\n`
// RFC 9110 sections 5.1 and 5.5: a token, and visible ASCII. No folded lines, no bare CR or LF, no bytes of other alphabets.
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):([\t\x20-\x7e]*)$/
const LENGTH = /^\d{1,6}$/
/** What changes how a message is read, or how it is answered. */
const CHANGES_EVERYTHING: ReadonlySet<string> = new Set([
  'expect',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
])

const NOT_OURS: ReadResult = { kind: 'not-ours' }

/** `bytes`: what came so far, of one request and perhaps of those after it. */
export function readRequest(bytes: Buffer): ReadResult {
  const end = bytes.indexOf(END_OF_HEAD)
  if (end === -1 || end > HEAD_BYTES_MAX) return NOT_OURS
  const head = bytes.toString('latin1', 0, end)
  if (!head.startsWith(REQUEST_LINE)) return NOT_OURS
  const headers = readFields(head.slice(REQUEST_LINE.length))
  const bodyLength = headers === null ? null : lengthIn(headers)
  if (headers === null || bodyLength === null) return NOT_OURS
  const start = end + END_OF_HEAD.length
  const length = start + bodyLength
  if (bytes.length < length) return { kind: 'reading', headers, length }
  return { kind: 'request', headers, body: bytes.subarray(start, length), length }
}

/** Null where anything is not as agents send it; two fields of one name are not, either. */
function readFields(text: string): IncomingHttpHeaders | null {
  const headers: IncomingHttpHeaders = Object.create(null) as IncomingHttpHeaders
  for (const line of text.split('\r\n')) {
    const [, name = '', value = ''] = FIELD.exec(line) ?? []
    const key = name.toLowerCase()
    if (key === '' || key in headers || CHANGES_EVERYTHING.has(key)) return null
    headers[key] = value.trim()
  }
  return headers
}

function lengthIn({ host, connection, 'content-length': length }: IncomingHttpHeaders): number | null {
  // Without a host HTTP/1.1 is wrong, and a connection that is to close after it is the library's to close.
  if (host === undefined || (connection !== undefined && connection !== 'keep-alive')) return null
  if (length === undefined || !LENGTH.test(length) || Number(length) > BODY_BYTES_MAX) return null
  return Number(length)
}

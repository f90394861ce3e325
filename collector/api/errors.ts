// Everything that goes wrong in a request ends here and leaves as problem+json. A 4xx says what to mend; a 5xx says
// nothing but its request id, under which the log has the rest.
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { PROBLEMS, type ProblemKind } from '../../shared/protocol/problems.ts'
import { ProblemError, toProblem } from './problem.ts'
import type { ReportAnswer } from './report-exchange.ts'

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'
const PROBLEM_HEADERS = {
  'content-type': PROBLEM_TYPE,
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
}

/** Problems the HTTP library finds itself, by its code. Any other 4xx of it is a malformed request. */
const LIBRARY_KINDS: Readonly<Record<string, ProblemKind>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_NOT_FOUND: 'not-found',
}

/** The same for what never becomes a request (node:http `clientError`). */
const SOCKET_KINDS: Readonly<Record<string, ProblemKind>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
}

export function handleErrors(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, log))
}

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Logger): void {
  const problem = toldProblem(error, { requestId: request.id, route: request.routeOptions.url, log })
  // The parser step asks to cut the connection. We answer while Node drops the rest of the body: a client that is still
  // sending would otherwise see a reset instead of the reason.
  reply.removeHeader('connection')
  void reply
    .code(problem.status)
    .headers({ ...PROBLEM_HEADERS, ...problem.options.headers })
    .serializer(JSON.stringify)
    .send(toProblem(problem, request.id))
}

type Asked = { requestId: string; route: string | undefined; log: Logger }

/** The same for a request that the library does not know of. Returns what was wrong. */
export function writeProblem(reply: ReportAnswer, error: unknown, asked: Asked): ProblemKind {
  const problem = toldProblem(error, asked)
  const body = JSON.stringify(toProblem(problem, asked.requestId))
  const length = { 'content-length': String(Buffer.byteLength(body)) }
  if (!reply.headersSent)
    reply.writeHead(problem.status, { ...PROBLEM_HEADERS, ...length, ...problem.options.headers }).end(body)
  return problem.kind
}

function toldProblem(error: unknown, { requestId, route, log }: Asked): ProblemError {
  const problem = toProblemError(error)
  if (problem.status >= 500) log.error({ err: error, requestId, route }, 'request failed')
  return problem
}

export function toProblemError(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  const { code, statusCode } = error as { code?: string; statusCode?: number }
  const kind = code === undefined ? undefined : LIBRARY_KINDS[code]
  if (kind !== undefined) return new ProblemError(kind, { cause: error })
  if (code?.startsWith('FST_') && statusCode !== undefined && statusCode < 500) {
    return new ProblemError('malformed-request', { cause: error })
  }
  return new ProblemError('internal-error', { cause: error })
}

/**
 * A handshake that failed or took too long: nobody can read an answer yet. Left to the connection it would arrive when the
 * handshake is over after all, and tell an agent that its report was malformed.
 */
function isBeforeHttp({ code }: NodeJS.ErrnoException): boolean {
  return code?.startsWith('ERR_TLS_') === true || code?.startsWith('ERR_SSL_') === true
}

/** For bytes that are no HTTP, headers beyond the limit, and requests that never end: answered on the bare socket. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable || isBeforeHttp(error)) {
    socket.destroy()
    return
  }
  const kind = SOCKET_KINDS[error.code ?? ''] ?? 'malformed-request'
  const body = JSON.stringify(toProblem(new ProblemError(kind), 'unread'))
  const { status } = PROBLEMS[kind]
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${PROBLEM_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}

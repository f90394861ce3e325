// Everything that goes wrong in a request ends here and leaves as problem+json. A 4xx says what to mend; a 5xx says
// nothing but its request id, under which the log has the rest.
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { PROBLEMS, type ProblemKind } from '../../shared/protocol/problems.ts'
import { ProblemError, toProblem } from './problem.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the request was answered with, if that was a problem. */
    problemKind: ProblemKind | null
  }
}

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

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
  const problem = toProblemError(error)
  request.problemKind = problem.kind
  if (problem.status >= 500)
    log.error({ err: error, requestId: request.id, route: request.routeOptions.url }, 'request failed')
  // The parser step asks to cut the connection. We answer while Node drops the rest of the body: a client that is still
  // sending would otherwise see a reset instead of the reason.
  reply.removeHeader('connection')
  void reply
    .code(problem.status)
    .headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...problem.options.headers })
    .type(PROBLEM_TYPE)
    .serializer(JSON.stringify)
    .send(toProblem(problem, request.id))
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

/** For bytes that are no HTTP, headers beyond the limit, and requests that never end: answered on the bare socket. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
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

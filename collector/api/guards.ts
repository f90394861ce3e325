// Who is calling. A credential is looked up by its public id, then compared in constant time; what the body says is
// never asked. Each route names one of these guards; they run before a byte of the body is read.
import type { FastifyRequest, onRequestHookHandler } from 'fastify'
import { parseSecret, type ParsedSecret, type SecretKind } from '../../shared/secret.ts'
import type { CollectorContext } from '../context.ts'
import { credentialOf } from '../ingest/rotate-credential.ts'
import type { Role, ServerRecord, TokenRecord } from '../store/records.ts'
import { guardFor } from './access.ts'
import { readSession } from './auth.ts'
import { findToken } from './find-token.ts'
import { ProblemError } from './problem.ts'
import { isSameOrigin } from './same-origin.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `requireJoinKey`; only its form was looked at. */
    joinKey: ParsedSecret | null
    /** Set by `requireRole` and by `requireReader` of the pages. */
    token: TokenRecord | null
  }
}

const RANK: Record<Role, number> = { reader: 1, operator: 2, admin: 3 }

const WHAT_IT_DOES: Record<SecretKind, string> = {
  ovds: "A server's credential reports for that server and does nothing else.",
  ovdj: 'A join key enrols servers and does nothing else.',
  ovdt: 'An API token reads and operates; it neither enrols nor reports.',
}

/** Who reports, as its credential says. */
export type ReportingServer = {
  id: string
  /** Of the secret it came with. */
  credentialHash: string
  /** That is the one it has announced and not used before. */
  usesNextCredential: boolean
}

/** For POST /v1/report: the credential of a server that was not removed. `authorization`: the header. */
export function authenticateReport(ctx: CollectorContext, authorization: string | undefined): ReportingServer {
  const secret = bearerIn(authorization)
  if (secret.kind !== 'ovds') throw wrongKind(ctx, secret)
  const { record, credential } = authenticateServer(ctx, secret)
  const next = credential === 'next' ? record.nextCredential : undefined
  const credentialHash = next?.hash ?? record.credentialHash
  return { id: record.id, credentialHash, usesNextCredential: credential === 'next' }
}

/** For POST /v1/enroll. Whether the key is good is decided in the transaction that takes a use of it. */
export function requireJoinKey(ctx: CollectorContext): onRequestHookHandler {
  return guardFor<onRequestHookHandler>('join-key', (request, _reply, done) => {
    const secret = bearerIn(request.headers.authorization)
    if (secret.kind !== 'ovdj') throw wrongKind(ctx, secret)
    request.joinKey = secret
    done()
  })
}

/** For /api: an API token of at least `role`, as a bearer or behind a session cookie. */
export function requireRole(ctx: CollectorContext, role: Role): onRequestHookHandler {
  return guardFor<onRequestHookHandler>(role, (request, _reply, done) => {
    const token = authenticateToken(ctx, request)
    if (RANK[token.role] < RANK[role]) {
      throw new ProblemError('forbidden', { detail: `This takes the role ${role}; the token is ${token.role}.` })
    }
    request.token = token
    done()
  })
}

/** The same question again, for an answer that stays open: a token may be revoked while events flow. */
export function isRequestStillAllowed(ctx: CollectorContext, request: FastifyRequest, role: Role): boolean {
  try {
    return RANK[authenticateToken(ctx, request).role] >= RANK[role]
  } catch {
    return false
  }
}

function authenticateToken(ctx: CollectorContext, request: FastifyRequest): TokenRecord {
  if (request.headers.authorization !== undefined) return authenticateBearerToken(ctx, request)
  const session = readSession(ctx, request)
  if (session === null) throw unauthenticated('Send an API token as "Authorization: Bearer ovdt_...", or log in.')
  // A browser adds the cookie to whatever a page makes it send, so a write must come from one of our own pages.
  if (!isSafeMethod(request.method) && !isSameOrigin(request, ctx.config.publicUrl)) {
    throw new ProblemError('forbidden', { detail: 'A write with a session cookie must come from this site itself.' })
  }
  return session.token
}

function authenticateBearerToken(ctx: CollectorContext, request: FastifyRequest): TokenRecord {
  const secret = bearerIn(request.headers.authorization)
  if (secret.kind !== 'ovdt') throw wrongKind(ctx, secret)
  const token = findToken(ctx, `ovdt_${secret.id}_${secret.secret}`)
  if (token === null) throw unauthenticated('This API token is not valid (any more).')
  return token
}

function authenticateServer(
  ctx: CollectorContext,
  secret: ParsedSecret,
): { record: ServerRecord; credential: 'current' | 'next' } {
  const record = ctx.projection.get(secret.id)
  const credential = record === null ? null : credentialOf(record, secret.secret, ctx.clock.now())
  if (record === null || credential === null) throw unauthenticated("This server's credential is not known here.")
  if (record.lifecycle === 'removed') throw new ProblemError('credential-revoked')
  return { record, credential }
}

function bearerIn(header: string | undefined): ParsedSecret {
  if (header === undefined) throw unauthenticated('Send a credential as "Authorization: Bearer ...".')
  const match = /^bearer +(\S+)$/i.exec(header)
  const secret = match?.[1] === undefined ? null : (parseSecret(match[1]) ?? knownToNobody(match[1]))
  if (secret === null) throw unauthenticated('The Authorization header holds no credential of this product.')
  return secret
}

/** Ours by its first letters, and damaged: refused with the bytes that any other one nobody knows gets. */
function knownToNobody(text: string): ParsedSecret | null {
  const kind = /^(ovds|ovdj|ovdt)_/.exec(text)?.[1] as SecretKind | undefined
  return kind === undefined ? null : { kind, id: '', secret: '' }
}

/**
 * 403 for a good credential of another kind, 401 for a bad one. A join key is not looked up: outside enrolment its form
 * alone answers, so that nobody can ask here whether a key is good.
 */
function wrongKind(ctx: CollectorContext, secret: ParsedSecret): ProblemError {
  if (secret.kind === 'ovds') authenticateServer(ctx, secret)
  if (secret.kind === 'ovdt' && findToken(ctx, `ovdt_${secret.id}_${secret.secret}`) === null) {
    return unauthenticated('This API token is not valid (any more).')
  }
  return new ProblemError('forbidden', { detail: WHAT_IT_DOES[secret.kind] })
}

function unauthenticated(detail: string): ProblemError {
  return new ProblemError('unauthenticated', { detail, headers: { 'www-authenticate': 'Bearer realm="overdue"' } })
}

function isSafeMethod(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}

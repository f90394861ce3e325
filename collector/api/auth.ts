// Browser sessions: a random id in a cookie, stored hashed, standing for the API token that opened it.
// A session lasts 12 h from login at most and ends at once when its token is revoked or expires: a stolen cookie is then
// worth no more than a working day, and switching a token off leaves nothing behind.
import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { paths } from '../../shared/protocol/paths.ts'
import { hashSecret } from '../../shared/secret.ts'
import type { CollectorContext } from '../context.ts'
import type { TokenRecord } from '../store/records.ts'
import { findToken, isTokenValid } from './find-token.ts'

export const SESSION_MS = 12 * 3_600_000

export type Session = { idHash: string; token: TokenRecord; expiresAt: number }
/** `setCookie` is the value of a Set-Cookie header. */
export type OpenedSession = Session & { setCookie: string }

/** Opens a session for an API token a person typed; null when the token is not valid. */
export function login(ctx: CollectorContext, tokenText: string): OpenedSession | null {
  const token = findToken(ctx, tokenText.trim())
  if (token === null) return null
  const now = ctx.clock.now()
  const id = randomBytes(32).toString('base64url')
  const idHash = hashSecret(id)
  const expiresAt = Math.min(now + SESSION_MS, token.expiresAt ?? Number.MAX_SAFE_INTEGER)
  ctx.store.createSession({ idHash, tokenId: token.id, createdAt: now, expiresAt })
  return { idHash, token, expiresAt, setCookie: cookie(ctx, id, Math.floor((expiresAt - now) / 1000)) }
}

/** Ends the session of this request, if there is one. Returns the Set-Cookie value that clears the cookie. */
export function logout(ctx: CollectorContext, request: FastifyRequest): string {
  const id = sessionIdOf(ctx, request)
  if (id !== null) ctx.store.deleteSession(hashSecret(id))
  return cookie(ctx, '', 0)
}

/** The live session behind this request's cookie, or null. */
export function readSession(ctx: CollectorContext, request: FastifyRequest): Session | null {
  const id = sessionIdOf(ctx, request)
  if (id === null) return null
  const record = ctx.store.session(hashSecret(id))
  const now = ctx.clock.now()
  if (record === null || now >= record.expiresAt) return null
  const token = ctx.store.token(record.tokenId)
  if (token === null || !isTokenValid(token, now)) return null
  return { idHash: record.idHash, token, expiresAt: record.expiresAt }
}

/** For pages: whoever has no session is sent to the login page and comes back to the page asked for. */
export function requireReader(ctx: CollectorContext): onRequestHookHandler {
  return (request: FastifyRequest, reply: FastifyReply, done) => {
    const session = readSession(ctx, request)
    if (session === null) {
      void reply.redirect(`${paths.loginPage()}?next=${encodeURIComponent(request.url)}`, 303)
      return
    }
    request.token = session.token
    done()
  }
}

/** `__Host-` binds the cookie to this very host over HTTPS; browsers refuse that prefix on plain loopback. */
export function sessionCookieName(ctx: CollectorContext): string {
  return isHttps(ctx) ? '__Host-overdue' : 'overdue'
}

// Both headers are written out here: the cookie library works as a plugin that parses on every request, those of agents
// included, for one cookie whose name and letters we choose ourselves.

/** RFC 6265 section 5.4: "name=value" pairs, joined by "; ". */
function sessionIdOf(ctx: CollectorContext, request: FastifyRequest): string | null {
  const prefix = `${sessionCookieName(ctx)}=`
  const pair = request.headers.cookie?.split(/; */).find((one) => one.startsWith(prefix))
  return pair?.slice(prefix.length) || null
}

/** RFC 6265 section 4.1; SameSite and the name prefix as in RFC 6265bis. */
function cookie(ctx: CollectorContext, value: string, maxAgeSeconds: number): string {
  const secure = isHttps(ctx) ? '; Secure' : ''
  return `${sessionCookieName(ctx)}=${value}; Max-Age=${maxAgeSeconds}; Path=/; HttpOnly${secure}; SameSite=Strict`
}

function isHttps(ctx: CollectorContext): boolean {
  return ctx.config.tls !== null || (ctx.config.publicUrl?.startsWith('https:') ?? false)
}

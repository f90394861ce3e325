// Forms of the pages: plain POST, so they work without scripts. What stands between them and another site: the cookie is
// SameSite=Strict, the browser says where the form was sent from, and every form carries a value of its own session.
import { createHash, timingSafeEqual } from 'node:crypto'
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  onRequestHookHandler,
  preHandlerHookHandler,
} from 'fastify'
import { ROLES } from '../access/tokens.ts'
import { readSession, requireReader } from '../api/auth.ts'
import { ProblemError } from '../api/problem.ts'
import { isSameOrigin } from '../api/same-origin.ts'
import type { CollectorContext } from '../context.ts'
import type { Role } from '../store/records.ts'
import { html, type View } from './html.ts'

/** Bytes of a form: a few short fields. */
const FORM_BYTES_MAX = 16 * 1024
const FORM_TOKEN_FIELD = 'form'

/** Within this plugin, and nowhere else, bodies may be forms. */
export function takeForms(app: FastifyInstance, bytesMax = FORM_BYTES_MAX): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: bytesMax },
    (_request, body, parsed) => parsed(null, new URLSearchParams(body.toString())),
  )
}

/** A body of any other type holds no form: treated as an empty one. */
export function formOf(request: FastifyRequest): URLSearchParams {
  return request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
}

/** One field without the blanks around it; null: not there, or left empty. */
export function fieldOf(form: URLSearchParams, name: string): string | null {
  return form.get(name)?.trim() || null
}

export function mayAct(has: Role | null, needed: Role): boolean {
  return has !== null && ROLES.indexOf(has) >= ROLES.indexOf(needed)
}

/** For pages that only some may see. Whoever has no session is sent to the login, whoever has the wrong role is told. */
export function requirePageRole(ctx: CollectorContext, role: Role): { onRequest: onRequestHookHandler[] } {
  return { onRequest: [requireReader(ctx), refuseRole(role)] }
}

/** For routes that take a form. */
export function requireForm(ctx: CollectorContext, role: Role) {
  const checkOrigin: onRequestHookHandler = (request, _reply, done) => {
    if (!isSameOrigin(request, ctx.config.publicUrl))
      throw refusedForm('It was sent from another site, or by a program.')
    done()
  }
  const checkToken: preHandlerHookHandler = (request, _reply, done) => {
    if (!isFormOfSession(ctx, request)) throw refusedForm('It belongs to another session: open the page again.')
    done()
  }
  return { onRequest: [requireReader(ctx), checkOrigin, refuseRole(role)], preHandler: checkToken }
}

/** The value that forms of this session carry; '' without a session. */
export function formTokenOf(ctx: CollectorContext, request: FastifyRequest): string {
  const session = readSession(ctx, request)
  return session === null ? '' : createHash('sha256').update(`form ${session.idHash}`).digest('base64url')
}

export function formTokenInput(formToken: string): View {
  return html`<input type="hidden" name=${FORM_TOKEN_FIELD} value=${formToken} />`
}

/** 303: what follows a form is read, and reading it again repeats nothing. */
export function goTo(reply: FastifyReply, path: string): FastifyReply {
  return reply.header('cache-control', 'no-store').redirect(path, 303)
}

function refuseRole(role: Role): onRequestHookHandler {
  return (request, _reply, done) => {
    const has = request.token?.role ?? null
    if (mayAct(has, role)) return done()
    throw new ProblemError('forbidden', {
      detail: `This takes the role ${role}; you are signed in as ${has ?? 'nobody'}.`,
    })
  }
}

function isFormOfSession(ctx: CollectorContext, request: FastifyRequest): boolean {
  const given = Buffer.from(formOf(request).get(FORM_TOKEN_FIELD) ?? '')
  const expected = Buffer.from(formTokenOf(ctx, request))
  return expected.length > 0 && given.length === expected.length && timingSafeEqual(given, expected)
}

function refusedForm(why: string): ProblemError {
  return new ProblemError('forbidden', { detail: `The form was not accepted. ${why} Nothing was changed.` })
}

// GET and POST /login, POST /logout: a token typed into a form becomes a session cookie.
import type { FastifyPluginCallback, FastifyReply } from 'fastify'
import { paths } from '../../shared/protocol/paths.ts'
import { login, logout, readSession } from '../api/auth.ts'
import { isSameOrigin } from '../api/same-origin.ts'
import type { CollectorContext } from '../context.ts'
import { formOf, takeForms } from './forms.ts'
import type { Shell } from './layout.ts'
import { loginPage } from './login-page.ts'
import { safeNextPath } from './next-path.ts'
import { sendPage } from './send-page.ts'

/** Bytes of a login form: a token and a path. */
const FORM_BYTES_MAX = 8 * 1024

const WRONG_TOKEN =
  'This token was not accepted. Check that all of it was pasted, and that it was not revoked and has not expired.'
const FOREIGN_FORM = 'The form was sent from another site, or by a program. Sign in here.'

export function loginRoutes(ctx: CollectorContext, shellOf: () => Shell): FastifyPluginCallback {
  return (app, _options, done) => {
    takeForms(app, FORM_BYTES_MAX)

    app.get<{ Querystring: { next?: unknown } }>(paths.loginPage(), (request, reply) => {
      const next = safeNextPath(request.query.next)
      if (readSession(ctx, request) !== null) return reply.redirect(next, 303)
      return sendPage(reply, 200, loginPage(shellOf(), { next, problem: null }))
    })

    app.post(paths.loginPage(), (request, reply) => {
      const form = formOf(request)
      const next = safeNextPath(form.get('next'))
      const again = (status: number, problem: string) =>
        sendPage(reply, status, loginPage(shellOf(), { next, problem }))
      if (!isSameOrigin(request, ctx.config.publicUrl)) return again(403, FOREIGN_FORM)
      const session = login(ctx, form.get('token') ?? '')
      if (session === null) return again(401, WRONG_TOKEN)
      return reply.header('set-cookie', session.setCookie).redirect(next, 303)
    })

    app.post(paths.logout(), (request, reply) => {
      if (!isSameOrigin(request, ctx.config.publicUrl)) return reply.redirect(paths.fleetPage(), 303)
      return leave(reply, logout(ctx, request))
    })
    done()
  }
}

function leave(reply: FastifyReply, clearCookie: string): FastifyReply {
  return reply.header('set-cookie', clearCookie).redirect(paths.loginPage(), 303)
}

// GET /settings/audit
import type { FastifyPluginCallback } from 'fastify'
import { paths } from '../../../shared/protocol/paths.ts'
import { toAuditItem } from '../../views/access-view.ts'
import { requirePageRole } from '../forms.ts'
import { parameterOf, type PageKit } from '../page-kit.ts'
import { sendPage } from '../send-page.ts'
import { auditPage } from './audit-page.ts'

const LINES = 100

export function auditRoutes({ ctx, shellOf }: PageKit): FastifyPluginCallback {
  return (app, _options, done) => {
    app.get(paths.settingsPage(), (_request, reply) => reply.redirect(paths.policyPage(), 303))

    app.get(paths.auditPage(), requirePageRole(ctx, 'admin'), (request, reply) => {
      const shell = shellOf(request)
      const before = parameterOf(request, 'before')
      const beforeId = /^\d{1,15}$/.test(before) ? Number(before) : undefined
      // One more than fits says whether there is an older page.
      const found = ctx.store.audit(LINES + 1, beforeId)
      const shown = found.slice(0, LINES)
      const model = {
        items: shown.map(toAuditItem),
        isNewest: beforeId === undefined,
        nextBefore: found.length > LINES ? (shown.at(-1)?.id ?? null) : null,
        names: new Map(ctx.store.tokens().map(({ id, name }) => [`token:${id}`, name])),
      }
      return sendPage(reply, 200, auditPage(shell, model))
    })
    done()
  }
}

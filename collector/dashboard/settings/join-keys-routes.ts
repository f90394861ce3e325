// GET and POST /settings/join-keys: what lets new servers in.
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { paths } from '../../../shared/protocol/paths.ts'
import { prepareJoinKey, revokeJoinKey, stateOfJoinKey } from '../../access/join-keys.ts'
import { byOf } from '../../api/actor.ts'
import { bundleText } from '../../commands/join-key-bundle.ts'
import { toJoinKeyItem } from '../../views/access-view.ts'
import { fieldOf, formOf, formTokenOf, goTo, requireForm, requirePageRole, takeForms } from '../forms.ts'
import { parameterOf, type PageKit } from '../page-kit.ts'
import { sendPage } from '../send-page.ts'
import { draftOf, NEW_JOIN_KEY, readJoinKeyWish } from './join-key-draft.ts'
import { joinKeysPage, type JoinKeysModel } from './join-keys-page.ts'

export function joinKeysRoutes({ ctx, shellOf }: PageKit): FastifyPluginCallback {
  const show = (request: FastifyRequest, reply: FastifyReply, status: number, changes: Partial<JoinKeysModel>) => {
    const shell = shellOf(request)
    const keys = ctx.store.joinKeys().map((key) => toJoinKeyItem(key, stateOfJoinKey(key, shell.now)))
    const model = {
      keys,
      formToken: formTokenOf(ctx, request),
      draft: NEW_JOIN_KEY,
      problem: null,
      made: null,
      revoked: null,
    }
    return sendPage(reply, status, joinKeysPage(shell, { ...model, ...changes }))
  }
  return (app, _options, done) => {
    takeForms(app)

    app.get(paths.joinKeysPage(), requirePageRole(ctx, 'operator'), (request, reply) =>
      show(request, reply, 200, { revoked: parameterOf(request, 'revoked') || null }),
    )

    app.post(paths.joinKeysPage(), requireForm(ctx, 'operator'), (request, reply) => {
      const form = formOf(request)
      if (form.get('action') === 'revoke') {
        const id = fieldOf(form, 'id') ?? ''
        const isDone = revokeJoinKey(ctx.store, id, byOf(ctx, request))
        return goTo(reply, isDone ? `${paths.joinKeysPage()}?revoked=${encodeURIComponent(id)}` : paths.joinKeysPage())
      }
      const draft = draftOf(form)
      const wish = readJoinKeyWish(draft)
      if ('problem' in wish) return show(request, reply, 422, { draft, problem: wish.problem })
      const { key, secret, save } = prepareJoinKey(ctx.store, wish, byOf(ctx, request))
      save()
      const collectorUrl = ctx.config.publicUrl ?? `${request.protocol}://${request.headers.host}`
      const bundle = bundleText({ url: collectorUrl, key: secret, ca: null, pins: [] }).trim()
      return show(request, reply, 200, { made: { id: key.id, bundle, collectorUrl } })
    })
    done()
  }
}

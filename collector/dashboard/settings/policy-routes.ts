// GET /settings/policy, with ?preview= what another policy would change; POST sets it.
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import type { Policy } from '../../../shared/judgement/policy.ts'
import { toPolicyTable } from '../../../shared/judgement/policy-table.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { byOf } from '../../api/actor.ts'
import { requireReader } from '../../api/auth.ts'
import { policyInForce, savePolicy } from '../../policy/change-policy.ts'
import { toPolicyDocument } from '../../policy/policy-document.ts'
import { previewPolicy } from '../../policy/preview-policy.ts'
import { formOf, formTokenOf, goTo, mayAct, requireForm, takeForms } from '../forms.ts'
import { parameterOf, type PageKit } from '../page-kit.ts'
import { sendPage } from '../send-page.ts'
import { applicationDraftOf, fleetDraftOf, policyDraftOf, readPolicyDraft, type PolicyDraft } from './policy-draft.ts'
import { policyPage, type PolicyModel } from './policy-page.ts'

/** An address of a request is a path; nothing of this is ever asked. */
const ANY_BASE = 'http://collector.invalid'

export function policyRoutes({ ctx, shellOf }: PageKit): FastifyPluginCallback {
  const show = (request: FastifyRequest, reply: FastifyReply, status: number, changes: Partial<PolicyModel>) => {
    const shell = shellOf(request)
    const policy = policyInForce(ctx.store)
    const model = {
      document: toPolicyDocument(policy),
      exploited: ctx.exploited?.state() ?? null,
      drafts: draftsOf(policy, parameterOf(request, 'application')),
      formToken: mayAct(shell.role, 'operator') ? formTokenOf(ctx, request) : null,
      problems: null,
      preview: null,
      isChanged: parameterOf(request, 'changed') !== '',
    }
    return sendPage(reply, status, policyPage(shell, { ...model, ...changes }))
  }

  /** With a wrong draft the page says what is wrong and keeps what was typed. */
  const refuse = (request: FastifyRequest, reply: FastifyReply, draft: PolicyDraft, problems: string[]) =>
    show(request, reply, 422, { problems, drafts: draftsWith(policyInForce(ctx.store), draft) })

  return (app, _options, done) => {
    takeForms(app)

    app.get(paths.policyPage(), { onRequest: requireReader(ctx) }, async (request, reply) => {
      const isPreview = parameterOf(request, 'preview') !== '' && mayAct(request.token?.role ?? null, 'operator')
      if (!isPreview) return show(request, reply, 200, {})
      const current = policyInForce(ctx.store)
      const draft = policyDraftOf(new URL(request.url, ANY_BASE).searchParams, current)
      const read = readPolicyDraft(current, draft)
      if (read.problems !== null) return refuse(request, reply, draft, read.problems)
      const changes = isSame(current, read.policy) ? null : await previewPolicy(ctx, read.policy)
      const preview = { draft, changes, after: toPolicyTable(read.policy) }
      return show(request, reply, 200, { preview, drafts: draftsWith(current, draft) })
    })

    app.post(paths.policyPage(), requireForm(ctx, 'operator'), (request, reply) => {
      const current = policyInForce(ctx.store)
      const draft = policyDraftOf(formOf(request), current)
      const read = readPolicyDraft(current, draft)
      if (read.problems !== null) return refuse(request, reply, draft, read.problems)
      savePolicy(ctx, read.policy, read.subject, byOf(ctx, request))
      return goTo(reply, `${paths.policyPage()}?changed=1`)
    })
    done()
  }
}

function draftsOf(policy: Policy, application: string): PolicyModel['drafts'] {
  return { fleet: fleetDraftOf(policy), application: applicationDraftOf(policy, application) }
}

function draftsWith(policy: Policy, draft: PolicyDraft): PolicyModel['drafts'] {
  const drafts = draftsOf(policy, '')
  return draft.application === null ? { ...drafts, fleet: draft } : { ...drafts, application: draft }
}

function isSame(a: Policy, b: Policy): boolean {
  return JSON.stringify(toPolicyTable(a)) === JSON.stringify(toPolicyTable(b))
}

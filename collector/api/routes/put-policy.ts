// PUT /api/v1/policy, PUT and DELETE /api/v1/policy/applications/{name}: other thresholds. With ?preview=1 nothing is
// written, and the answer says what would change. All servers are judged anew soon after; history tells what came of it.
import Type from 'typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { NAME_LENGTH_MAX } from '../../../shared/protocol/limits.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import type { ParsedPolicy } from '../../../shared/judgement/parse-policy.ts'
import type { Policy } from '../../../shared/judgement/policy.ts'
import { toPolicyTable } from '../../../shared/judgement/policy-table.ts'
import type { CollectorContext } from '../../context.ts'
import { policyInForce, savePolicy, withApplicationPolicy, withFleetPolicy } from '../../policy/change-policy.ts'
import { previewPolicy } from '../../policy/preview-policy.ts'
import { byOf } from '../actor.ts'
import type { Api } from '../api.ts'
import { requireRole } from '../guards.ts'
import { ProblemError } from '../problem.ts'
import { routePattern } from '../route-pattern.ts'
import { escapePointer } from '../scan-json.ts'
import { applicationPolicyBody, policyAnswer, policyBody, PREVIEW_PARAMETER } from '../schemas/policy.ts'

const querystring = Type.Object(PREVIEW_PARAMETER)
const params = Type.Object({ name: Type.String({ minLength: 1, maxLength: NAME_LENGTH_MAX, examples: ['shop'] }) })
const response = { 200: policyAnswer }

export function putPolicy(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'PUT',
    url: paths.policy(),
    schema: { summary: 'Set the policy, or preview it', querystring, body: policyBody, response },
    onRequest: requireRole(ctx, 'operator'),
    handler: async (request, reply) => {
      const policy = valid(withFleetPolicy(policyInForce(ctx.store), request.body), ['policy'])
      return await answer(ctx, request, reply, policy, 'policy')
    },
  })
}

export function putApplicationPolicy(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'PUT',
    url: routePattern(paths.applicationPolicy, 'name'),
    schema: {
      summary: 'Set the policy of one application, or preview it',
      params,
      querystring,
      body: applicationPolicyBody,
      response,
    },
    onRequest: requireRole(ctx, 'operator'),
    handler: async (request, reply) => {
      const { name } = request.params
      const parsed = withApplicationPolicy(policyInForce(ctx.store), name, request.body)
      const policy = valid(parsed, ['policy', 'applications', name])
      return await answer(ctx, request, reply, policy, `policy/applications/${name}`)
    },
  })
}

export function deleteApplicationPolicy(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'DELETE',
    url: routePattern(paths.applicationPolicy, 'name'),
    schema: { summary: 'Judge one application as the fleet again, or preview that', params, querystring, response },
    onRequest: requireRole(ctx, 'operator'),
    handler: async (request, reply) => {
      const { name } = request.params
      const current = policyInForce(ctx.store)
      if (!Object.hasOwn(current.applications, name)) {
        throw new ProblemError('not-found', { detail: 'This application has no policy of its own.' })
      }
      const policy = valid(withApplicationPolicy(current, name, null), ['policy'])
      return await answer(ctx, request, reply, policy, `policy/applications/${name}`)
    },
  })
}

async function answer(
  ctx: CollectorContext,
  request: FastifyRequest,
  reply: FastifyReply,
  policy: Policy,
  subject: string,
) {
  void reply.header('cache-control', 'no-store')
  const isPreview = (request.query as { preview?: string }).preview !== undefined
  if (!isPreview) savePolicy(ctx, policy, subject, byOf(ctx, request))
  const changes = isPreview ? await previewPolicy(ctx, policy) : null
  return { applied: !isPreview, policy: toPolicyTable(policy), changes }
}

/** `under`: the place that the body stands for. Throws a 422 problem with a pointer and the fix for each fault. */
function valid({ policy, errors }: ParsedPolicy, under: readonly string[]): Policy {
  if (policy !== null) return policy
  throw new ProblemError('invalid-body', {
    errors: errors.map(({ path, fix }) => ({ pointer: pointerOf(path, under), detail: fix })),
  })
}

/** What lies outside the body is pointed to from the top: the whole policy was wrong then. */
function pointerOf(path: readonly string[], under: readonly string[]): string {
  const isInside = under.every((part, at) => path[at] === part)
  return ['#', ...(isInside ? path.slice(under.length) : path.slice(1)).map(escapePointer)].join('/')
}

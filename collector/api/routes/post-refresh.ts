// POST /api/v1/refresh: servers look at themselves afresh and report; with `wait` the answer has their fresh verdicts.
import type { FastifyRequest } from 'fastify'
import { parseDuration } from '../../../shared/judgement/parse-policy.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { findServers } from '../../changes/find-servers.ts'
import type { CollectorContext } from '../../context.ts'
import { REFRESH_SERVERS_MAX, REFRESH_WAIT_MS_MAX, type RefreshDesk } from '../../refresh/refresh-desk.ts'
import { byOf } from '../actor.ts'
import type { Api } from '../api.ts'
import { requireRole } from '../guards.ts'
import { overloaded } from '../overloaded.ts'
import { ProblemError } from '../problem.ts'
import { NO_PARAMETERS } from '../query-parameters.ts'
import { answerInLines, answerWhole, type AskedRefresh } from '../refresh-answers.ts'
import { refreshAnswer, refreshBody } from '../schemas/refresh.ts'
import { readSearch } from '../search-parameter.ts'
import { TokenBuckets } from '../token-bucket.ts'

/** Of one token: fifty hooks of a deploy at once, and nobody's endless loop. */
export const REFRESH_RATE = { perSecond: 1, burst: 60 }
const TOKENS_KEPT_MAX = 10_000
const NDJSON = /\bapplication\/x-ndjson\b/i

/** `signOfLifeMs`: how often somebody who waits for a long answer is told that it is still to come. */
export function postRefresh(app: Api, ctx: CollectorContext, desk: RefreshDesk, signOfLifeMs: number): void {
  const buckets = new TokenBuckets(REFRESH_RATE, TOKENS_KEPT_MAX)
  app.route({
    method: 'POST',
    url: paths.refresh(),
    schema: {
      summary: 'Ask servers for a fresh report, and wait for their verdicts',
      description:
        'Only active servers. With "Accept: application/x-ndjson" each verdict is a line of its own as it comes.',
      querystring: NO_PARAMETERS,
      body: refreshBody,
      response: { 200: refreshAnswer },
      'x-problems': ['invalid-query', 'too-many-requests', 'overloaded'],
    },
    onRequest: requireRole(ctx, 'operator'),
    handler: async (request, reply) => {
      void reply.header('cache-control', 'no-store')
      const asked = readAsked(ctx, request.body)
      requirePace(buckets, request.token?.id ?? '', ctx.clock.monotonicMs())
      const leave = desk.enter(asked.records.length)
      if (leave === null) throw overloaded('Too many refreshes are under way.')
      try {
        await audit(ctx, request, asked, request.body.query)
        const call = { ctx, desk, request, asked, signOfLifeMs }
        if (!NDJSON.test(request.headers.accept ?? '')) return await answerWhole(call, reply)
        await answerInLines(call, reply)
        return reply
      } finally {
        leave()
      }
    },
  })
}

/** Throws a problem that names what is wrong with the query, the wait, or the number of servers. */
function readAsked(ctx: CollectorContext, body: { query: string; wait?: string; scan?: boolean }): AskedRefresh {
  const found = findServers(ctx.projection, readSearch(body.query, '#/query'), ctx.clock.now())
  const records = found.filter(({ lifecycle }) => lifecycle === 'active')
  if (records.length > REFRESH_SERVERS_MAX) {
    const [many, max] = [records.length, REFRESH_SERVERS_MAX].map((count) => count.toLocaleString('en'))
    throw wrong('query', `selects ${many} servers; at most ${max} are asked at once: narrow it down, e.g. by app:`)
  }
  return { records, waitMs: readWait(body.wait), scan: body.scan ?? false }
}

function readWait(text: string | undefined): number {
  if (text === undefined) return 0
  const ms = parseDuration(text)
  if (ms !== null && ms <= REFRESH_WAIT_MS_MAX) return ms
  throw wrong('wait', `must be a duration such as 30s or 2m, at most ${REFRESH_WAIT_MS_MAX / 60_000}m`)
}

function wrong(field: string, detail: string): ProblemError {
  return new ProblemError('invalid-body', { errors: [{ pointer: `#/${field}`, detail }] })
}

function requirePace(buckets: TokenBuckets, tokenId: string, nowMs: number): void {
  const waitMs = buckets.take(tokenId, nowMs)
  if (waitMs === 0) return
  throw new ProblemError('too-many-requests', {
    detail: 'This token asks for a refresh more often than servers can look.',
    headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) },
  })
}

/** The audit alone says who asked: to a server's history nothing happened. */
async function audit(
  ctx: CollectorContext,
  request: FastifyRequest,
  { records, waitMs, scan }: AskedRefresh,
  query: string,
) {
  if (records.length === 0) return
  const { from, ...by } = byOf(ctx, request)
  const detail = { servers: records.length, scan, waitMs, from }
  await ctx.store.transact((tx) => tx.appendAudit({ ...by, action: 'servers.refresh', subject: query, detail }))
}

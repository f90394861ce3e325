// POST /v1/enroll: a join key and the hash of a secret the agent made become a server.
import type { onRequestHookHandler } from 'fastify'
import { enrollment, enrollmentReply } from '../../../shared/protocol/enrollment.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import type { CollectorContext } from '../../context.ts'
import { enrollServer } from '../../ingest/enroll-server.ts'
import type { Api } from '../api.ts'
import { requireJoinKey } from '../guards.ts'
import { ProblemError } from '../problem.ts'
import { requireKnownProtocol } from '../protocol-version.ts'
import { TokenBuckets, type BucketRate } from '../token-bucket.ts'

export type EnrollRates = { all: BucketRate; perKey: BucketRate }

export const ENROLL_RATES: EnrollRates = {
  all: { perSecond: 5, burst: 20 },
  perKey: { perSecond: 1, burst: 20 },
}
/** Ids of join keys come from callers: what is remembered of them is bounded. */
const KEYS_REMEMBERED_MAX = 10_000

export function postEnroll(app: Api, ctx: CollectorContext, rates: EnrollRates): void {
  app.route({
    method: 'POST',
    url: paths.enroll(),
    helmet: false,
    schema: {
      summary: 'Enrol a server; asking again with the same hash gives the same server',
      body: enrollment,
      response: { 200: enrollmentReply },
      'x-problems': ['join-key-rejected', 'too-many-requests', 'protocol-too-new', 'protocol-too-old'],
    },
    onRequest: [requireJoinKey(ctx), limitEnrolments(ctx, rates)],
    preValidation: requireKnownProtocol,
    handler: async (request) => {
      const { joinKey } = request
      if (joinKey === null) throw new ProblemError('unauthenticated')
      const outcome = await enrollServer(ctx, joinKey, request.body, request.ip, ctx.clock.now())
      // Unknown, expired, spent and revoked are one answer: it must not tell which keys exist.
      if (outcome.kind === 'rejected') throw new ProblemError('join-key-rejected')
      return { serverId: outcome.serverId, lifecycle: outcome.lifecycle }
    },
  })
}

function limitEnrolments(ctx: CollectorContext, rates: EnrollRates): onRequestHookHandler {
  const all = new TokenBuckets(rates.all, 1)
  const perKey = new TokenBuckets(rates.perKey, KEYS_REMEMBERED_MAX)
  return (request, _reply, done) => {
    const now = ctx.clock.monotonicMs()
    // The key's own limit first: one key that asks too often must not use up what is there for all.
    const waitMs = perKey.take(request.joinKey?.id ?? '', now) || all.take('all', now)
    if (waitMs === 0) return done()
    throw new ProblemError('too-many-requests', { headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) } })
  }
}

// A report was taken in. If there is nothing to tell and its sender likes to wait, the answer is held until there is.
// What waits holds no body and no place among the requests under way: ten thousand of them are the usual state.
import { HOLD_S_MAX } from '../../shared/protocol/limits.ts'
import type { ReportReply } from '../../shared/protocol/report.ts'
import type { CollectorContext } from '../context.ts'
import { isGood, type PollEnd } from '../ingest/parked-polls.ts'
import { oldCredentialMsLeft } from '../ingest/rotate-credential.ts'
import type { ReportingServer } from './guards.ts'
import { preferredWaitMs } from './prefer-wait.ts'
import { ProblemError } from './problem.ts'
import { forgetAsked, type ReportAnswer, type ReportRequest } from './report-exchange.ts'

/** `mayWait`: false for a report whose sender has something else to do than to wait. */
export type Taken = { reply: ReportReply; mayWait: boolean }
export type Answer = { reply: ReportReply; wasHeld: boolean }

/** One report on its way: its HTTP, whose it is, and how it gives its place among the requests under way back. */
export type Visit = {
  request: ReportRequest
  reply: ReportAnswer
  server: ReportingServer
  leaveInFlight: () => void
}
export type Answering = { send: (answer: Answer) => void; refuse: (problem: ProblemError) => void }

/** Sends `reply` now, or when there is something to tell; refuses when the credential ended meanwhile. */
export function answerWhenDue(
  ctx: CollectorContext,
  visit: Visit,
  { reply, mayWait }: Taken,
  { send, refuse }: Answering,
): void {
  const { id } = visit.server
  const waitMs = preferredWaitMs(visit.request.headers['prefer'], HOLD_S_MAX * 1_000)
  if (waitMs === 0 || !mayWait || hasNews(reply)) return send({ reply, wasHeld: false })
  hold(ctx, visit, waitMs, (why) => {
    if (why === 'refused') refuse(refusal(ctx, id))
    else if (why !== 'gone') send(answerAtEnd(ctx, id, reply, why))
  })
}

function hasNews({ want, ask }: ReportReply): boolean {
  return want.length > 0 || ask !== undefined
}

function hold(ctx: CollectorContext, visit: Visit, waitMs: number, end: (why: PollEnd) => void): void {
  const { request, reply, server, leaveInFlight } = visit
  const { id, credentialHash } = server
  const record = ctx.projection.get(id)
  if (record === null || !isGood(record, credentialHash)) return end('refused')
  if (ctx.polls.isDraining) return end('draining')
  const leftMs = oldCredentialMsLeft(record, credentialHash, ctx.clock.now())
  const drop = ctx.polls.park({ serverId: id, credentialHash }, Math.min(waitMs, leftMs), end)
  leaveInFlight()
  reply.once('close', drop)
  forgetAsked(request)
}

type Answered = Exclude<PollEnd, 'refused' | 'gone'>

function answerAtEnd(ctx: CollectorContext, serverId: string, reply: ReportReply, why: Answered): Answer {
  switch (why) {
    case 'time':
    case 'newer-report':
      return { reply, wasHeld: true }
    case 'draining':
      // Not "held": that would bring the next poll at once.
      return { reply: { ...reply, nextInMs: ctx.polls.nextAfterDrainMs() }, wasHeld: false }
    case 'ask': {
      const ask = ctx.asks.toTell(serverId)
      return { reply: ask === null ? reply : { ...reply, ask }, wasHeld: true }
    }
    default:
      return why satisfies never
  }
}

/** What a report would be answered with now. */
function refusal(ctx: CollectorContext, serverId: string): ProblemError {
  const lifecycle = ctx.projection.get(serverId)?.lifecycle ?? 'removed'
  if (lifecycle === 'removed') return new ProblemError('credential-revoked')
  return new ProblemError(lifecycle === 'conflict' ? 'instance-conflict' : 'unauthenticated')
}

// What a report does besides being taken in: a new secret counts from its first use, who waits for an answer gets it, and
// what we want to ask goes back with the reply.
import { HEARTBEAT_MS } from '../../shared/protocol/limits.ts'
import type { Report, ReportReply } from '../../shared/protocol/report.ts'
import type { CollectorContext } from '../context.ts'
import { ingestReport, type IngestOutcome } from '../ingest/ingest-report.ts'
import { leaveServer } from '../ingest/leave-server.ts'
import { adoptCredential, announceCredential } from '../ingest/rotate-credential.ts'
import type { ReportingServer } from './guards.ts'
import type { Taken } from './held-answer.ts'
import { ProblemError } from './problem.ts'

/** `addressOf`: of who sent it; few want to know. Throws ProblemError. */
export async function takeReport(
  ctx: CollectorContext,
  { id, usesNextCredential }: ReportingServer,
  read: Report,
  addressOf: () => string,
): Promise<Taken> {
  const { store, clock, polls, asks } = ctx
  if (usesNextCredential) await adoptCredential(store, id, addressOf(), clock.now())
  if (read.goodbye === 'uninstalled') return { reply: await leave(ctx, id, read, addressOf()), mayWait: false }
  const outcome = await ingestReport(ctx, id, read, clock.now())
  if (outcome.kind !== 'accepted') throw refusal(outcome)
  if (read.rotate !== undefined) await announceCredential(store, id, read.rotate.credentialHash, clock.now())
  polls.end(id, 'newer-report')
  // What still wants sections has not been told all of the look: the verdict is not that of the answer.
  if (read.answers !== undefined && outcome.reply.want.length === 0) asks.answer(id, read.answers)
  const ask = asks.toTell(id)
  // Who announces a secret changes to it at once, and who says goodbye is about to go.
  const mayWait = read.goodbye === undefined && read.rotate === undefined
  return { reply: ask === null ? outcome.reply : { ...outcome.reply, ask }, mayWait }
}

/** Whatever else the report says does not matter any more. */
async function leave(ctx: CollectorContext, serverId: string, { seq }: Report, from: string): Promise<ReportReply> {
  const outcome = await leaveServer(ctx.store, serverId, from, ctx.clock.now())
  if (outcome === 'conflict') throw new ProblemError('instance-conflict')
  if (outcome === 'revoked') throw new ProblemError('credential-revoked')
  return { seq, epoch: ctx.store.epoch, want: [], nextInMs: HEARTBEAT_MS }
}

function refusal(outcome: Exclude<IngestOutcome, { kind: 'accepted' }>): ProblemError {
  switch (outcome.kind) {
    case 'sequence-behind':
      return new ProblemError('sequence-behind', { extensions: { lastSeq: outcome.lastSeq } })
    case 'instance-rebase':
    case 'instance-conflict':
      return new ProblemError(outcome.kind)
    case 'invalid':
      return new ProblemError('invalid-body', { errors: outcome.errors })
    case 'revoked':
      return new ProblemError('credential-revoked')
    default:
      return outcome satisfies never
  }
}

// POST /v1/report: a server says how it is; acknowledged when that is on disk.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { HEARTBEAT_MS } from '../../../shared/protocol/limits.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { type Report, report, type ReportReply, reportReply } from '../../../shared/protocol/report.ts'
import type { ProblemKind } from '../../../shared/protocol/problems.ts'
import type { CollectorContext } from '../../context.ts'
import { ingestReport, type IngestOutcome } from '../../ingest/ingest-report.ts'
import { leaveServer } from '../../ingest/leave-server.ts'
import { adoptCredential, announceCredential } from '../../ingest/rotate-credential.ts'
import type { Api } from '../api.ts'
import type { BodyBudget } from '../body-budget.ts'
import { requireServer } from '../guards.ts'
import { type Answer, answerWhenDue, type Taken } from '../held-answer.ts'
import { ProblemError } from '../problem.ts'
import { refuseUnknownProtocol } from '../protocol-version.ts'
import { readJsonBody, REPORT_BODY } from '../read-body.ts'
import { validatorFor } from '../validation.ts'

const JSON_TYPE = 'application/json'
type Validate = ReturnType<typeof validatorFor>

/** `budget`: the bytes of bodies under way. `onAnswered`: told of each request, what became of it. */
export type ReportRoute = { budget: BodyBudget; onAnswered: (result: 'accepted' | ProblemKind) => void }

/**
 * The one route that a fleet knocks at all day. It is answered from its first hook: what the library does around a body,
 * a validation and a reply would be paid by every report (decision 36), so these steps are taken here one after the
 * other, with the same functions that other routes have them from.
 */
export function postReport(app: Api, ctx: CollectorContext, { budget, onAnswered }: ReportRoute): void {
  const validate = validatorFor(report)
  app.route({
    method: 'POST',
    url: paths.report(),
    config: { body: REPORT_BODY },
    helmet: false,
    schema: {
      summary: 'Report; answered after it is on disk',
      description:
        'With "Prefer: wait=N" the answer may be held for up to N seconds (60 at most) until there is something to tell.',
      body: report,
      response: { 200: reportReply },
      'x-problems': [
        'protocol-too-new',
        'protocol-too-old',
        'credential-revoked',
        'sequence-behind',
        'instance-rebase',
        'instance-conflict',
      ],
    },
    onRequest: [
      requireServer(ctx),
      (request, reply) => {
        readReport(request, budget, validate)
          .then((read) => takeIn(ctx, request, read))
          .then((taken) => answerWhenDue(ctx, reply, taken, (answer) => sendReply(reply, answer)))
          .catch((error: unknown) => reply.send(error as never))
      },
    ],
    onResponse: (request, reply, done) => {
      onAnswered(request.problemKind ?? (reply.raw.statusCode === 200 ? 'accepted' : 'internal-error'))
      done()
    },
    handler: () => {
      throw new Error('reports are answered before any handler runs')
    },
  })
}

async function readReport(request: FastifyRequest, budget: BodyBudget, validate: Validate): Promise<Report> {
  const body = hasNoBody(request) ? undefined : await readJsonBody(request, request.raw, budget)
  refuseUnknownProtocol(body)
  const checked = validate(body)
  if ('error' in checked) throw checked.error
  return checked.value as Report
}

/** As the library tells it for other routes: what is missing has no media type to be wrong. */
function hasNoBody({ headers }: FastifyRequest): boolean {
  const length = headers['content-length']
  const isEmpty = headers['transfer-encoding'] === undefined && (length === undefined || length === '0')
  return isEmpty && headers['content-type'] === undefined
}

async function takeIn(ctx: CollectorContext, request: FastifyRequest, read: Report): Promise<Taken> {
  const serverId = request.serverId ?? ''
  if (request.usesNextCredential) await adoptCredential(ctx.store, serverId, request.ip, ctx.clock.now())
  if (read.goodbye === 'uninstalled') return { reply: await leave(ctx, serverId, read, request.ip), mayWait: false }
  const outcome = await ingestReport(ctx, serverId, read, ctx.clock.now())
  if (outcome.kind !== 'accepted') throw refusal(outcome)
  if (read.rotate !== undefined)
    await announceCredential(ctx.store, serverId, read.rotate.credentialHash, ctx.clock.now())
  ctx.polls.end(serverId, 'newer-report')
  // What still wants sections has not been told all of the look: the verdict is not that of the answer.
  if (read.answers !== undefined && outcome.reply.want.length === 0) ctx.asks.answer(serverId, read.answers)
  const ask = ctx.asks.toTell(serverId)
  // Who announces a secret changes to it at once, and who says goodbye is about to go.
  const mayWait = read.goodbye === undefined && read.rotate === undefined
  return { reply: ask === null ? outcome.reply : { ...outcome.reply, ask }, mayWait }
}

function sendReply(reply: FastifyReply, { reply: answer, wasHeld }: Answer): void {
  const text = JSON.stringify(answer)
  const { raw, server } = reply.hijack()
  if (wasHeld) raw.setHeader('preference-applied', 'wait')
  if (raw.shouldKeepAlive && !raw.hasHeader('connection')) {
    // "Connection: keep-alive" is what HTTP/1.1 takes for granted; a day of heartbeats is 35 KB shorter without.
    raw.removeHeader('connection')
    if (!wasHeld) raw.setHeader('keep-alive', `timeout=${Math.floor(server.server.keepAliveTimeout / 1_000)}`)
  }
  // For the same reason a held answer that tells nothing does not say what it is made of, nor how long we keep a
  // connection that is used again at once.
  if (!wasHeld || answer.ask !== undefined) raw.setHeader('content-type', JSON_TYPE)
  raw.writeHead(200, { 'content-length': Buffer.byteLength(text) }).end(text)
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

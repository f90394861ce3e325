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
          .then((read) => answerTo(ctx, request, read))
          .then((answer) => sendReply(reply, answer))
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

async function answerTo(ctx: CollectorContext, request: FastifyRequest, read: Report): Promise<ReportReply> {
  const serverId = request.serverId ?? ''
  if (request.usesNextCredential) await adoptCredential(ctx.store, serverId, request.ip, ctx.clock.now())
  if (read.goodbye === 'uninstalled') return leave(ctx, serverId, read, request.ip)
  const outcome = await ingestReport(ctx, serverId, read, ctx.clock.now())
  if (outcome.kind !== 'accepted') throw refusal(outcome)
  if (read.rotate !== undefined)
    await announceCredential(ctx.store, serverId, read.rotate.credentialHash, ctx.clock.now())
  return outcome.reply
}

function sendReply(reply: FastifyReply, answer: ReportReply): void {
  const text = JSON.stringify(answer)
  const { raw, server } = reply.hijack()
  if (raw.shouldKeepAlive && !raw.hasHeader('connection')) {
    // "Connection: keep-alive" is what HTTP/1.1 takes for granted; a day of heartbeats is 35 KB shorter without.
    raw.removeHeader('connection')
    raw.setHeader('keep-alive', `timeout=${Math.floor(server.server.keepAliveTimeout / 1_000)}`)
  }
  raw.writeHead(200, { 'content-type': JSON_TYPE, 'content-length': Buffer.byteLength(text) }).end(text)
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

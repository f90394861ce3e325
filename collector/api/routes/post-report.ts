// POST /v1/report: a server says how it is; acknowledged when that is on disk.
import { paths } from '../../../shared/protocol/paths.ts'
import { report, reportReply } from '../../../shared/protocol/report.ts'
import type { CollectorContext } from '../../context.ts'
import { ingestReport, type IngestOutcome } from '../../ingest/ingest-report.ts'
import type { Api } from '../api.ts'
import { requireServer } from '../guards.ts'
import { ProblemError } from '../problem.ts'
import { requireKnownProtocol } from '../protocol-version.ts'
import { REPORT_BODY } from '../read-body.ts'

export function postReport(app: Api, ctx: CollectorContext): void {
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
    onRequest: requireServer(ctx),
    preValidation: requireKnownProtocol,
    handler: async (request) => {
      const outcome = await ingestReport(ctx, request.serverId ?? '', request.body, ctx.clock.now())
      if (outcome.kind === 'accepted') return outcome.reply
      throw refusal(outcome)
    },
  })
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

// POST /v1/report: a server says how it is; acknowledged when that is on disk. Here it is described; answered it is at its
// own door (report-door.ts), where requests come that reach the library all the same: those with a query, and those of
// tests that have no socket.
import { paths } from '../../../shared/protocol/paths.ts'
import { report, reportReply } from '../../../shared/protocol/report.ts'
import { guardFor } from '../access.ts'
import type { Api } from '../api.ts'
import type { ReportDoor } from '../report-door.ts'

export function postReport(app: Api, door: ReportDoor): void {
  app.route({
    method: 'POST',
    url: paths.report(),
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
    onRequest: guardFor('server', (request, reply) => {
      reply.hijack()
      door.answer(request.raw, reply.raw)
    }),
    handler: () => {
      throw new Error('reports are answered at their own door')
    },
  })
}

// GET /api/v1/servers.csv: exactly what the list would show, all pages, for a spreadsheet.
import { Readable } from 'node:stream'
import Type from 'typebox'
import { paths } from '../../../shared/protocol/paths.ts'
import { findServers } from '../../changes/find-servers.ts'
import type { CollectorContext } from '../../context.ts'
import type { ServerRecord } from '../../store/records.ts'
import { CSV_HEAD, toCsvLine } from '../../views/servers-csv.ts'
import { toServerItem } from '../../views/server-view.ts'
import type { Api } from '../api.ts'
import { compress } from '../compress.ts'
import { requireRole } from '../guards.ts'
import { readSearch, SEARCH_PARAMETER } from '../search-parameter.ts'
import { answerUnchanged } from '../unchanged.ts'

/** Rows made at once: about 100 KB, so that other requests get their turn in between. */
const ROWS = 200

export function getServersCsv(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'GET',
    url: paths.serversCsv(),
    exposeHeadRoute: false,
    schema: {
      summary: 'All selected servers as comma-separated values',
      description:
        'RFC 4180, UTF-8, times in UTC. A cell that a spreadsheet would take for a formula begins with an apostrophe.',
      produces: ['text/csv'],
      querystring: Type.Object(SEARCH_PARAMETER),
      response: { 200: Type.String({ examples: [CSV_HEAD] }) },
    },
    onRequest: requireRole(ctx, 'reader'),
    preHandler: answerUnchanged(ctx),
    onSend: compress,
    handler: (request, reply) => {
      const now = ctx.clock.now()
      const found = findServers(ctx.projection, readSearch(request.query.q), now)
      const day = new Date(now).toISOString().slice(0, 10)
      void reply
        .type('text/csv; charset=utf-8; header=present')
        .header('content-disposition', `attachment; filename="servers-${day}.csv"`)
      void reply.send(Readable.from(csvOf(ctx, found, now)) as unknown as string)
    },
  })
}

/** The list does not change while it is sent: all rows are of one moment. */
function* csvOf(ctx: CollectorContext, found: readonly ServerRecord[], now: number): Generator<string> {
  yield CSV_HEAD
  for (let start = 0; start < found.length; start += ROWS) {
    const lines = found
      .slice(start, start + ROWS)
      .map((record) => toCsvLine(toServerItem(record, ctx.projection.lastContactAt(record.id), now)))
    yield lines.join('')
  }
}

// GET and POST /api/v1/snoozes, DELETE /api/v1/snoozes/{id}: what somebody knows of, and has put off.
import { SNOOZE_MS_MAX } from '../../../shared/judgement/snooze.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { endSnooze, SNOOZED_AT_ONCE_MAX, snoozeServer } from '../../actions/snooze-servers.ts'
import { findServers } from '../../changes/find-servers.ts'
import type { CollectorContext } from '../../context.ts'
import { nameOf, type ServerRecord } from '../../store/records.ts'
import { toSnoozeItem } from '../../views/operators-view.ts'
import { operatorOf } from '../actor.ts'
import type { Api } from '../api.ts'
import { readEnd } from '../end-of-time.ts'
import { requireRole } from '../guards.ts'
import { ProblemError } from '../problem.ts'
import { NO_PARAMETERS } from '../query-parameters.ts'
import { routePattern } from '../route-pattern.ts'
import { idParameter } from '../schemas/access.ts'
import { snoozeBody, snoozeGone, snoozeList, snoozesMade } from '../schemas/snooze.ts'
import { readSearch } from '../search-parameter.ts'

const querystring = NO_PARAMETERS

export function getSnoozes(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'GET',
    url: paths.snoozes(),
    schema: { summary: 'List snoozes, the first to end first', querystring, response: { 200: snoozeList } },
    onRequest: requireRole(ctx, 'operator'),
    handler: async (_request, reply) => {
      void reply.header('cache-control', 'no-store')
      const items = ctx.projection.inOrder().flatMap((record) => toSnoozeItem(record) ?? [])
      items.sort((a, b) => (a.until < b.until ? -1 : 1))
      return { items, nextCursor: null, total: items.length }
    },
  })
}

export function postSnooze(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'POST',
    url: paths.snoozes(),
    schema: {
      summary: 'Put servers off until a moment, for a reason',
      description: 'Servers that need nobody now are skipped. A snooze before it is replaced.',
      querystring,
      body: snoozeBody,
      response: { 200: snoozesMade },
      'x-problems': ['invalid-query', 'not-found'],
    },
    onRequest: requireRole(ctx, 'operator'),
    handler: async (request, reply) => {
      void reply.header('cache-control', 'no-store')
      const by = operatorOf(ctx, request)
      const { reason } = request.body
      const wish = { until: readEnd(request.body, by.at, SNOOZE_MS_MAX), reason: reason.trim() }
      if (wish.reason === '') throw wrong('reason', 'must say something')
      const asked = askedFor(ctx, request.body, by.at)
      const made = await Promise.all(asked.map(({ id }) => snoozeServer(ctx, id, wish, by)))
      const items = made.flatMap((record) => (record === null ? [] : (toSnoozeItem(record) ?? [])))
      const skipped = asked
        .filter((_, at) => made[at] === null)
        .map((record) => ({ id: record.id, name: nameOf(record) }))
      return { items, skipped, total: items.length }
    },
  })
}

export function deleteSnooze(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'DELETE',
    url: routePattern(paths.snooze),
    schema: {
      summary: 'End the snooze of a server early',
      params: idParameter,
      querystring,
      response: { 200: snoozeGone },
    },
    onRequest: requireRole(ctx, 'operator'),
    handler: async (request, reply) => {
      void reply.header('cache-control', 'no-store')
      const { id } = request.params
      const ended = await endSnooze(ctx, id, operatorOf(ctx, request))
      if (ended === null) throw new ProblemError('not-found', { detail: 'No server with this id is snoozed.' })
      return { id, snoozed: false as const }
    },
  })
}

/** Throws a problem that names what is wrong with the choice. */
function askedFor(
  ctx: CollectorContext,
  { query, servers }: { query?: string; servers?: readonly string[] },
  now: number,
): readonly ServerRecord[] {
  if ((query === undefined) === (servers === undefined)) throw wrong('query', 'give either "query" or "servers"')
  const found =
    servers === undefined ? selected(ctx, query ?? '', now) : [...new Set(servers)].map((id) => named(ctx, id))
  if (found.length <= SNOOZED_AT_ONCE_MAX) return found
  const count = found.length.toLocaleString('en')
  throw wrong(
    'query',
    `selects ${count} servers; at most ${SNOOZED_AT_ONCE_MAX.toLocaleString('en')} are snoozed at once`,
  )
}

function selected(ctx: CollectorContext, query: string, now: number): ServerRecord[] {
  const found = findServers(ctx.projection, readSearch(query, '#/query'), now)
  return found.filter(({ lifecycle }) => lifecycle === 'active')
}

function named(ctx: CollectorContext, id: string): ServerRecord {
  const record = ctx.projection.get(id)
  if (record !== null && record.lifecycle !== 'removed') return record
  throw new ProblemError('not-found', { detail: `No server has the id "${id}".` })
}

function wrong(field: string, detail: string): ProblemError {
  return new ProblemError('invalid-body', { errors: [{ pointer: `#/${field}`, detail }] })
}

// GET /api/v1/history: what happened, newest first.
import Type from 'typebox'
import { EVENT_TYPES, type EventType } from '../../../shared/judgement/transition.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { findServers } from '../../changes/find-servers.ts'
import type { CollectorContext } from '../../context.ts'
import type { HistoryQuery } from '../../store/store.ts'
import { toHistoryItem } from '../../views/history-view.ts'
import type { Api } from '../api.ts'
import { requireRole } from '../guards.ts'
import { badParameter } from '../query.ts'
import { PAGE_DEFAULT, PAGE_PARAMETERS } from '../query-parameters.ts'
import { historyList } from '../schemas/history.ts'
import { readSearch, SEARCH_PARAMETER } from '../search-parameter.ts'
import { answerUnchanged } from '../unchanged.ts'

const momentText = (description: string) =>
  Type.Optional(Type.String({ description, examples: ['2026-11-01T00:00:00Z'] }))

const parameters = Type.Object({
  ...SEARCH_PARAMETER,
  type: Type.Optional(
    Type.String({ description: 'Types of events, separated by commas', examples: ['stale,exposed'] }),
  ),
  server: Type.Optional(Type.String({ description: 'Id of a server' })),
  app: Type.Optional(Type.String({ description: 'Exact name of the application at the time', examples: ['shop'] })),
  from: momentText('Not before this moment'),
  to: momentText('Before this moment'),
  before: Type.Optional(Type.Integer({ minimum: 1, description: 'Before the event with this id' })),
  ...PAGE_PARAMETERS,
})
type Parameters = Type.Static<typeof parameters>

export function getHistory(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'GET',
    url: paths.history(),
    schema: {
      summary: 'What happened, newest first',
      description:
        'With q only what happened to the servers that the query selects now. A page may hold fewer events than asked ' +
        'for, even none, and still have a nextCursor: the search goes on there.',
      querystring: parameters,
      response: { 200: historyList },
    },
    onRequest: requireRole(ctx, 'reader'),
    preHandler: answerUnchanged(ctx),
    handler: async ({ query }) => {
      const { records, nextBeforeId } = ctx.store.searchHistory({
        ...toHistoryQuery(query),
        ...selection(ctx, query.q),
      })
      return {
        items: records.map(toHistoryItem),
        nextCursor: nextBeforeId === null ? null : String(nextBeforeId),
        total: null,
      }
    },
  })
}

function toHistoryQuery({ type, server, app, from, to, before, limit, cursor }: Parameters): HistoryQuery {
  const ends = [before, cursor === undefined ? undefined : readCursor(cursor)].filter((end) => end !== undefined)
  return {
    limit: limit ?? PAGE_DEFAULT,
    ...(type === undefined ? {} : { types: readTypes(type) }),
    ...(server === undefined ? {} : { serverId: server }),
    ...(app === undefined ? {} : { application: app }),
    ...(from === undefined ? {} : { from: readMoment('from', from) }),
    ...(to === undefined ? {} : { to: readMoment('to', to) }),
    ...(ends.length === 0 ? {} : { beforeId: Math.min(...ends) }),
  }
}

function selection(ctx: CollectorContext, q: string | undefined): Pick<HistoryQuery, 'isServerWanted'> {
  if (q === undefined) return {}
  const wanted = new Set(findServers(ctx.projection, readSearch(q), ctx.clock.now()).map(({ id }) => id))
  return { isServerWanted: (id) => wanted.has(id) }
}

function readCursor(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw badParameter('cursor', 'must be the nextCursor of an earlier answer')
  return Number(text)
}

function readTypes(text: string): EventType[] {
  const words = text.split(',')
  const unknown = words.find((word) => !(EVENT_TYPES as readonly string[]).includes(word))
  if (unknown === undefined) return words as EventType[]
  throw badParameter('type', `has no value "${unknown.slice(0, 80)}"; known are ${EVENT_TYPES.join(', ')}`)
}

/** RFC 3339, or its date alone for midnight UTC. */
const MOMENT = /^\d{4}-\d\d-\d\d(?:[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d))?$/

function readMoment(name: string, text: string): number {
  const at = MOMENT.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) throw badParameter(name, 'must be a time such as 2026-11-22T10:00:00Z, or a date in UTC')
  return at
}

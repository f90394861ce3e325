// What `/history` is asked: text of an address becomes a search of the store, or a sentence about what is wrong with it.
import { EVENT_TYPES, type EventType } from '../../shared/judgement/transition.ts'
import { parseQuery, problemText } from '../../shared/query/parse.ts'
import type { Query } from '../../shared/query/query.ts'
import type { HistoryQuery } from '../store/store.ts'

/** As they stand in the address and in the form; '' where nothing is asked. */
export type HistoryFilters = {
  q: string
  type: string
  app: string
  server: string
  from: string
  to: string
}

export const FILTER_NAMES = [
  'q',
  'type',
  'app',
  'server',
  'from',
  'to',
] as const satisfies readonly (keyof HistoryFilters)[]

export type ReadFilters =
  | { query: Omit<HistoryQuery, 'limit'>; servers: Query | null; problem: null }
  | { query: null; servers: null; problem: string }

/** `before`: go on behind the event of this id; '' from the newest. */
export function readFilters(filters: HistoryFilters, before: string): ReadFilters {
  const servers = filters.q === '' ? null : parseQuery(filters.q)
  if (servers?.ok === false) return refuse(problemText(servers.problem))
  const type = filters.type === '' ? undefined : EVENT_TYPES.find((known) => known === filters.type)
  if (filters.type !== '' && type === undefined) return refuse(`"${filters.type.slice(0, 80)}" is no kind of event.`)
  const from = dayOf(filters.from)
  const to = dayOf(filters.to)
  if (from === null || to === null) return refuse('A day is written 2026-11-22.')
  const query = {
    ...(type === undefined ? {} : { types: [type] as readonly EventType[] }),
    ...(filters.app === '' ? {} : { application: filters.app }),
    ...(filters.server === '' ? {} : { serverId: filters.server }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to: to + DAY_MS }),
    ...(/^\d{1,15}$/.test(before) ? { beforeId: Number(before) } : {}),
  }
  return { query, servers: servers?.query ?? null, problem: null }
}

const DAY_MS = 86_400_000

/** Start of the day in UTC; undefined: none is named; null: not a day. */
function dayOf(text: string): number | undefined | null {
  if (text === '') return undefined
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? null : at
}

function refuse(problem: string): ReadFilters {
  return { query: null, servers: null, problem }
}

/** The same question as an address; `before` '' for its newest page. */
export function historyHref(path: string, filters: HistoryFilters, before = ''): string {
  const asked = FILTER_NAMES.flatMap((name) => (filters[name] === '' ? [] : [[name, filters[name]]]))
  const query = new URLSearchParams([...asked, ...(before === '' ? [] : [['before', before]])]).toString()
  return query === '' ? path : `${path}?${query}`
}

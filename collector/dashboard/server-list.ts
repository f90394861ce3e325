// Which servers a page lists: what was asked for, one page of it, and those that a browser still shows beside it.
import type { FastifyRequest } from 'fastify'
import { parseQuery, problemText } from '../../shared/query/parse.ts'
import { findServers } from '../changes/find-servers.ts'
import type { CollectorContext } from '../context.ts'
import type { ServerRecord } from '../store/records.ts'
import { pagingOf, type Paging } from './components/pager.ts'
import type { Search } from './components/search-form.ts'
import { parameterOf } from './page-kit.ts'
import { toServerRow, type ServerRow } from './server-row.ts'

const PAGE_SIZE = 100
const ALSO_MAX = 100

/** A row that the browser has already: its place in the list, and whether what it has is the newest. */
export type KnownRow = Pick<ServerRow, 'id' | 'revision'>

export type ServerList = {
  /** The servers of this page, most urgent first. */
  items: readonly (ServerRow | KnownRow)[]
  /** Servers asked for by id beside those; see components/server-table.ts. */
  also: readonly ServerRow[]
  paging: Paging
}

/** `?part=changes`: what an open page needs when a server changed, without rows and pictures that stand as they are. */
export function asksForChanges(request: FastifyRequest): boolean {
  return parameterOf(request, 'part') === 'changes'
}

/** `?q=`. Text that is no query is answered with its problem and everything: an empty list would read as "nothing to do". */
export function searchServers(ctx: CollectorContext, request: FastifyRequest, now: number) {
  const text = parameterOf(request, 'q')
  const parsed = parseQuery(text)
  const found = findServers(ctx.projection, parsed.ok ? parsed.query : [], now)
  const problem = parsed.ok ? null : problemText(parsed.problem)
  return { found, search: { text, problem, found: found.length } satisfies Search }
}

/** `?page=` and `?also=` of what was found. */
export function listPage(
  ctx: CollectorContext,
  request: FastifyRequest,
  found: readonly ServerRecord[],
  now: number,
): ServerList {
  const paging = pagingOf(parameterOf(request, 'page'), found.length, PAGE_SIZE)
  const start = (paging.number - 1) * PAGE_SIZE
  const listed = found.slice(start, start + PAGE_SIZE)
  const asked = new Set(parameterOf(request, 'also').split(',', ALSO_MAX))
  const isWhole = asksForChanges(request) ? ({ id }: ServerRecord) => asked.has(id) : () => true
  const toRow = (record: ServerRecord) => rowOf(ctx, record, now)
  const toKnown = ({ id, revision }: ServerRecord): KnownRow => ({ id, revision })
  return {
    items: listed.map((record) => (isWhole(record) ? toRow(record) : toKnown(record))),
    also: alsoAsked(ctx, asked, listed).map(toRow),
    paging,
  }
}

export function rowOf(ctx: CollectorContext, record: ServerRecord, now: number): ServerRow {
  return toServerRow(record, ctx.projection.lastContactAt(record.id), now)
}

/** Active servers that a browser still shows although they are not listed on this page (any more). */
function alsoAsked(ctx: CollectorContext, asked: ReadonlySet<string>, listed: readonly ServerRecord[]): ServerRecord[] {
  const shown = new Set(listed.map(({ id }) => id))
  return [...asked].flatMap((id) => {
    if (shown.has(id)) return []
    const record = ctx.projection.get(id)
    return record !== null && record.lifecycle === 'active' ? [record] : []
  })
}

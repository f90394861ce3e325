// Every page of the dashboard and what stands behind it: one route a page, each reads, shapes and renders.
import { resolve } from 'node:path'
import type { FastifyPluginCallback } from 'fastify'
import { paths } from '../../shared/protocol/paths.ts'
import { parseQuery, problemText } from '../../shared/query/parse.ts'
import { requireReader } from '../api/auth.ts'
import { findServers } from '../changes/find-servers.ts'
import { DATA_DIR_DEFAULT } from '../config-settings.ts'
import type { CollectorContext } from '../context.ts'
import type { ServerRecord } from '../store/records.ts'
import { COLLECTOR_VERSION } from '../version.ts'
import { toHistoryItem } from '../views/history-view.ts'
import { toServerDocument, toServerItem, type ServerItem } from '../views/server-view.ts'
import { toSummary } from '../views/summary-view.ts'
import { loadAssets } from './assets.ts'
import { pagingOf } from './components/pager.ts'
import type { Search } from './components/search-form.ts'
import { showErrorsAsPages } from './error-page.ts'
import { fleetPage } from './fleet-page.ts'
import type { Shell } from './layout.ts'
import { loginRoutes } from './login-routes.ts'
import { messagePage, NO_SUCH_SERVER } from './message-page.ts'
import { sendPage } from './send-page.ts'
import { serverPage } from './server-page.ts'

const PAGE_SIZE = 100
const ALSO_MAX = 100
const HISTORY_LINES = 20

export function dashboardRoutes(ctx: CollectorContext): FastifyPluginCallback {
  return (app, _options, done) => {
    const assets = loadAssets()
    const shellOf = (): Shell => ({
      assets: assets.urls,
      version: COLLECTOR_VERSION,
      now: ctx.clock.now(),
      promoted: ctx.projection.counts().promoted,
      isDemo: ctx.store.isDemo,
    })
    showErrorsAsPages(app, ctx.log, shellOf)
    app.register(assets.routes)
    app.register(loginRoutes(ctx, shellOf))
    app.register(readerPages(ctx, shellOf))
    done()
  }
}

function readerPages(ctx: CollectorContext, shellOf: () => Shell): FastifyPluginCallback {
  return (app, _options, done) => {
    app.addHook('onRequest', requireReader(ctx))

    app.get<{ Querystring: { q?: unknown; page?: unknown; also?: unknown } }>(paths.fleetPage(), (request, reply) => {
      const shell = shellOf()
      const { search, found } = searchServers(ctx, request.query.q, shell.now)
      const paging = pagingOf(request.query.page, found.length, PAGE_SIZE)
      const start = (paging.number - 1) * PAGE_SIZE
      const listed = found.slice(start, start + PAGE_SIZE)
      const model = {
        summary: toSummary(ctx.projection, ctx.blind.notice(), shell.now, ctx.store.isDemo),
        search,
        items: listed.map((record) => toRow(ctx, record, shell.now)),
        also: alsoAsked(ctx, request.query.also, listed).map((record) => toRow(ctx, record, shell.now)),
        paging,
        collectorUrl: ctx.config.publicUrl ?? `${request.protocol}://${request.headers.host}`,
        dataDir: ctx.config.dataDir === DATA_DIR_DEFAULT ? null : resolve(ctx.config.dataDir),
      }
      return sendPage(reply, 200, fleetPage(shell, model))
    })

    app.get<{ Params: { id: string } }>('/servers/:id', (request, reply) => {
      const shell = shellOf()
      const record = ctx.projection.get(request.params.id)
      if (record === null) return sendPage(reply, 404, messagePage(shell, NO_SUCH_SERVER))
      const listeners = ctx.store.storedValue(record.id, 'listeners')
      const server = toServerDocument(record, ctx.projection.lastContactAt(record.id), shell.now, listeners)
      const history = ctx.store.history({ serverId: record.id, limit: HISTORY_LINES }).map(toHistoryItem)
      return sendPage(reply, 200, serverPage(shell, { server, history }))
    })
    done()
  }
}

/** Text that is no query is answered with its problem and everything: an empty list would read as "nothing to do". */
function searchServers(ctx: CollectorContext, q: unknown, now: number) {
  const text = typeof q === 'string' ? q.trim() : ''
  const parsed = parseQuery(text)
  const found = findServers(ctx.projection, parsed.ok ? parsed.query : [], now)
  const problem = parsed.ok ? null : problemText(parsed.problem)
  return { found, search: { text, problem, found: found.length } satisfies Search }
}

/** The list part of the document, with all packages: their number is shown, and lists carry only as many as fit. */
function toRow(ctx: CollectorContext, record: ServerRecord, now: number): ServerItem {
  const item = toServerItem(record, ctx.projection.lastContactAt(record.id), now)
  return { ...item, packages: record.verdict.packages }
}

/** Active servers that a browser still shows although they are not listed on this page (any more). */
function alsoAsked(ctx: CollectorContext, also: unknown, listed: readonly ServerRecord[]): ServerRecord[] {
  if (typeof also !== 'string') return []
  const shown = new Set(listed.map(({ id }) => id))
  const wanted = [...new Set(also.split(',', ALSO_MAX))].filter((id) => !shown.has(id))
  return wanted.flatMap((id) => {
    const record = ctx.projection.get(id)
    return record !== null && record.lifecycle === 'active' ? [record] : []
  })
}

// The pages over a loopback port without a collector behind them: believable servers, no login, no live updates.
import type { AddressInfo } from 'node:net'
import { fastify } from 'fastify'
import { loadAssets } from '../../collector/dashboard/assets.ts'
import { fleetPage } from '../../collector/dashboard/fleet-page.ts'
import type { Shell } from '../../collector/dashboard/layout.ts'
import { loginPage } from '../../collector/dashboard/login-page.ts'
import { sendPage } from '../../collector/dashboard/send-page.ts'
import { serverPage } from '../../collector/dashboard/server-page.ts'
import type { ServerRecord } from '../../collector/store/records.ts'
import { toHistoryItem } from '../../collector/views/history-view.ts'
import { toServerDocument, toServerItem } from '../../collector/views/server-view.ts'
import { toSummary } from '../../collector/views/summary-view.ts'
import type { ListenersSection } from '../../shared/sections/listeners.ts'
import { summarizeListeners } from '../../shared/sections/summaries.ts'
import { believableFleet, believableHistory, FLEET_NOW, projectionOf } from './believable-fleet.ts'

const row = (port: number, address: string, family: 4 | 6, verdict: 'unknown' | 'filtered', reason: string) =>
  ({ protocol: 'tcp', family, address, port, verdict, reason }) as const
const PORTS: ListenersSection = [
  row(22, '0.0.0.0', 4, 'unknown', 'firewall-not-read'),
  row(443, '0.0.0.0', 4, 'unknown', 'firewall-not-read'),
  row(5432, '127.0.0.1', 4, 'filtered', 'loopback-bind'),
  row(22, '::', 6, 'unknown', 'firewall-not-read'),
]

export type PageSite = AsyncDisposable & { url: string }

export async function listenWithPages(fleet: readonly ServerRecord[] = believableFleet()): Promise<PageSite> {
  const app = fastify()
  const assets = loadAssets()
  const projection = projectionOf(fleet)
  const shell: Shell = {
    assets: assets.urls,
    version: '0.1.0',
    now: FLEET_NOW,
    promoted: projection.counts().promoted,
  }
  app.register(assets.routes)
  app.get('/', (_request, reply) => {
    const items = projection.inOrder().map((record) => toServerItem(record, record.lastContactAt, FLEET_NOW))
    const model = {
      summary: toSummary(projection, null, FLEET_NOW),
      search: { text: '', problem: null, found: items.length },
      items,
      also: [],
      paging: { number: 1, count: 1 },
      collectorUrl: 'https://overdue.example.net',
      dataDir: null,
    }
    return sendPage(reply, 200, fleetPage(shell, model))
  })
  app.get<{ Params: { name: string } }>('/servers/:name', (request, reply) => {
    const record = fleet.find(({ enrolledName, id }) => [enrolledName, id].includes(request.params.name))
    if (record === undefined) return reply.code(404).send()
    const server = toServerDocument(withPorts(record), record.lastContactAt, FLEET_NOW, PORTS)
    return sendPage(reply, 200, serverPage(shell, { server, history: believableHistory(record).map(toHistoryItem) }))
  })
  app.get('/login', (_request, reply) => sendPage(reply, 200, loginPage(shell, { next: '/', problem: null })))
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => app.close() }
}

/** Every server that was heard listens alike. */
function withPorts(record: ServerRecord): ServerRecord {
  const readAt = record.lastContactAt
  if (readAt === null) return record
  const value = summarizeListeners(PORTS)
  const listeners = { outcome: 'observed', reason: null, readAt, value, failedSince: null } as const
  return { ...record, sections: { ...record.sections, listeners } }
}

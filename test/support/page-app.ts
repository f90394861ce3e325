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
import type { PromotionReason } from '../../shared/judgement/verdict.ts'
import type { Listener, ListenersSection } from '../../shared/sections/listeners.ts'
import { summarizeListeners } from '../../shared/sections/summaries.ts'
import { believableFleet, believableHistory, FLEET_NOW, projectionOf } from './believable-fleet.ts'

const row = (
  port: number,
  address: string,
  verdict: Listener['verdict'],
  reason: string,
  found: Partial<Listener> = {},
) =>
  ({
    protocol: 'tcp',
    family: address.includes(':') ? 6 : 4,
    address,
    port,
    verdict,
    reason,
    ...found,
  }) satisfies Listener
const DECLARED = {
  by: 'ports',
  judged: 'exposed',
  why: 'only the load balancer is let in, NET-12',
  expires: '2027-06-30',
  isExpired: false,
} as const
const ACCEPT = '-A ufw-user-input -p tcp -m tcp --dport 443 -j ACCEPT'
const PORTS: ListenersSection = [
  row(443, '0.0.0.0', 'exposed', 'accept-rule', { unit: 'nginx.service', rule: ACCEPT, share: 0.9953 }),
  row(8080, '0.0.0.0', 'filtered', 'declared', { container: 'shop', via: 'dnat', declared: DECLARED }),
  row(22, '0.0.0.0', 'filtered', 'source-restricted', {
    unit: 'ssh.service',
    rule: '-A ufw-user-input -s 198.51.100.0/24 -p tcp -m tcp --dport 22 -j ACCEPT',
    share: 0.000_000_06,
  }),
  row(9100, '::', 'unknown', 'opaque-rule', { rule: 'time of day: -A INPUT -m time --timestart 08:00 -j ACCEPT' }),
  row(5432, '127.0.0.1', 'filtered', 'loopback-bind', { unit: 'postgresql.service' }),
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
  const { verdict } = record
  const reasons: PromotionReason[] =
    verdict.state === 'restart-required' ? ['exposed', ...verdict.reasons] : verdict.reasons
  const open = { ...verdict, exposure: value.exposure, reasons, promoted: reasons.length > 0 }
  return { ...record, verdict: open, sections: { ...record.sections, listeners } }
}

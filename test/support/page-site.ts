// The pages of the real collector over a loopback port, with believable servers in it and a clock that stands still, so
// that every text on a page can be told beforehand. For the pictures of README and docs, and for what readers ask of
// their browser.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { login } from '../../collector/api/auth.ts'
import type { HistoryRecord, Role, ServerRecord, TokenRecord } from '../../collector/store/records.ts'
import type { PromotionReason } from '../../shared/judgement/verdict.ts'
import { paths } from '../../shared/protocol/paths.ts'
import { formatSecret, hashSecret } from '../../shared/secret.ts'
import type { Listener, ListenersSection } from '../../shared/sections/listeners.ts'
import { summarizeListeners } from '../../shared/sections/summaries.ts'
import { believableFleet, believableHistory, FLEET_NOW } from './believable-fleet.ts'
import { SteppedClock, TestCollector } from './test-collector.ts'

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

const DAY_MS = 86_400_000
/** The one that has everything to show. */
const FULL = 'web-03'

export type PageSite = AsyncDisposable & {
  url: string
  collector: TestCollector
  /** Addresses of every page, by the name its picture has. */
  pages: Readonly<Record<string, string>>
  /** Signed in, unless the address is the login's. */
  open(browser: Browser, path: string, options?: BrowserContextOptions): Promise<Page>
}

export async function openPageSite(role: Role = 'admin'): Promise<PageSite> {
  const collector = new TestCollector({ clock: new SteppedClock(FLEET_NOW), config: { publicUrl: PUBLIC_URL } })
  await fill(collector)
  const ids = addAccess(collector, role)
  const url = await collector.listen()
  const [name = '', value = ''] = login(collector.ctx, ids.token)?.setCookie.split(/[=;]/) ?? []
  return {
    url,
    collector,
    pages: pagesOf(collector),
    open: async (browser, path, options) => {
      const context = await browser.newContext(options)
      const cookie = { name, value, domain: '127.0.0.1', path: '/' }
      if (path !== paths.loginPage()) await context.addCookies([cookie])
      const page = await context.newPage()
      await page.goto(url + path)
      return page
    },
    [Symbol.asyncDispose]: () => collector.close(),
  }
}

const PUBLIC_URL = 'http://overdue.test'

function pagesOf({ ctx }: TestCollector): PageSite['pages'] {
  const full = ctx.projection.inOrder().find(({ enrolledName }) => enrolledName === FULL)
  return {
    fleet: paths.fleetPage(),
    application: paths.applicationPage('shop'),
    server: paths.serverPage(full?.id ?? ''),
    history: paths.historyPage(),
    policy: `${paths.policyPage()}?preview=1&exposedDays=3&otherwiseDays=5`,
    'join-keys': paths.joinKeysPage(),
    tokens: paths.tokensPage(),
    audit: paths.auditPage(),
    help: paths.helpPage(),
    login: paths.loginPage(),
  }
}

/** Every server with what happened to it, in the order it happened in. */
async function fill({ ctx }: TestCollector): Promise<void> {
  const fleet = believableFleet().map((seed) => ({ seed, record: withPorts(seed) }))
  const events = fleet.flatMap(({ seed, record }) =>
    (seed.enrolledName === FULL ? believableHistory(seed) : seenFirst(seed)).map((event) => ({ record, event })),
  )
  for (const { record, event } of events.toSorted((a, b) => a.event.at - b.event.at)) {
    const { type, cause, data, at } = event
    await ctx.store.transact((tx) => tx.putServer(record, [{ type, cause, data }], at))
  }
  for (const { record } of fleet) {
    if (record.sections.listeners === undefined) continue
    await ctx.store.transact((tx) => tx.putStoredValue(record.id, 'listeners', portsOf(record)))
  }
}

function seenFirst(record: ServerRecord): Pick<HistoryRecord, 'type' | 'cause' | 'data' | 'at'>[] {
  const { since, packages } = record.verdict
  const registered = { type: 'registered', cause: null, data: {}, at: record.createdAt } as const
  if (since === null) return [registered]
  return [registered, { type: 'restart-required', cause: null, data: { packages }, at: since }]
}

/** Ids that a picture can show again and again. */
function addAccess({ ctx, clock }: TestCollector, role: Role): { token: string } {
  const at = clock.now()
  const audit = (action: string, subject: string) => ({ at, actor: 'command line', action, subject, detail: {} })
  const addToken = (id: string, token: Pick<TokenRecord, 'name' | 'role' | 'expiresAt'>, secret: string) => {
    const record = { id, secretHash: hashSecret(secret), createdAt: at, revokedAt: null, ...token }
    ctx.store.createToken(record, audit('token.create', id))
  }
  const secret = 'a'.repeat(43)
  addToken('5d1c0e7f9a2b4c63', { name: 'me', role, expiresAt: null }, secret)
  addToken('77aa21b3c4d5e6f0', { name: 'wall screen', role: 'reader', expiresAt: at + 30 * DAY_MS }, 'b'.repeat(43))
  const key = { secretHash: 'none', createdAt: at, expiresAt: at + DAY_MS, ephemeral: false, revokedAt: null }
  const shop = {
    id: '8f3a61c2d4e5b790',
    usesMax: 20,
    uses: 3,
    application: 'shop',
    cidrs: [],
    approve: 'auto',
  } as const
  const spent = { usesMax: 5, uses: 5, application: null, cidrs: ['10.20.0.0/16'], approve: 'pending' } as const
  ctx.store.createJoinKey({ ...key, ...shop, cidrs: [] }, audit('join-key.create', shop.id))
  const other = { ...key, ...spent, id: '1b9e47a0c3d2f586', cidrs: [...spent.cidrs] }
  ctx.store.createJoinKey(other, audit('join-key.create', other.id))
  return { token: formatSecret('ovdt', '5d1c0e7f9a2b4c63', secret) }
}

/** What serves people is open, everything else listens to its neighbours. */
const portsOf = ({ enrolledName }: ServerRecord): ListenersSection =>
  enrolledName.startsWith('web-') ? PORTS : PORTS.filter(({ verdict }) => verdict === 'filtered')

function withPorts(record: ServerRecord): ServerRecord {
  const readAt = record.lastContactAt
  if (readAt === null) return record
  const value = summarizeListeners(portsOf(record))
  const listeners = { outcome: 'observed', reason: null, readAt, value, failedSince: null } as const
  const { verdict } = record
  const isOpen = verdict.state === 'restart-required' && value.exposure === 'exposed'
  const reasons: PromotionReason[] = isOpen ? ['exposed', ...verdict.reasons] : verdict.reasons
  const judged = { ...verdict, exposure: value.exposure, reasons, promoted: reasons.length > 0 }
  return { ...record, verdict: judged, sections: { ...record.sections, listeners } }
}

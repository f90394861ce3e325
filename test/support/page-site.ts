// The pages of the real collector over a loopback port, with believable servers in it and a clock that stands still, so
// that every text on a page can be told beforehand. For the pictures of README and docs, and for what readers ask of
// their browser.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { login } from '../../collector/api/auth.ts'
import { DATA_DIR_DEFAULT } from '../../collector/config-settings.ts'
import { demoProcesses, demoUpdates } from '../../collector/demo/demo-changes.ts'
import { pastDays, pastOf, presentOf } from '../../collector/demo/demo-past.ts'
import { mix } from '../../collector/demo/demo-server.ts'
import { snoozeServer } from '../../collector/actions/snooze-servers.ts'
import { judgeRecord } from '../../collector/ingest/judge-record.ts'
import type { Role, ServerRecord, StoredValues, TokenRecord } from '../../collector/store/records.ts'
import type { Transaction } from '../../collector/store/store.ts'
import { DEFAULT_POLICY } from '../../shared/judgement/policy.ts'
import { paths } from '../../shared/protocol/paths.ts'
import { formatSecret, hashSecret } from '../../shared/secret.ts'
import type { Listener, ListenersSection } from '../../shared/sections/listeners.ts'
import { summarizeListeners, summarizeProcesses, summarizeUpdates } from '../../shared/sections/summaries.ts'
import { believableFleet, FLEET_NOW } from './believable-fleet.ts'
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

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
/** The one that has everything to show, and the one that somebody put off. */
const FULL = 'web-03'
const SNOOZED = 'web-01'

export type PageSite = AsyncDisposable & {
  url: string
  collector: TestCollector
  /** Addresses of every page, by the name its picture has. */
  pages: Readonly<Record<string, string>>
  /** Signed in, unless the address is the login's. */
  open(browser: Browser, path: string, options?: BrowserContextOptions): Promise<Page>
}

/** `installer`: the folder a collector hands out its installer from; with it the collector has no server yet. */
export async function openPageSite(installer: string | null = null): Promise<PageSite> {
  const collector = new TestCollector({
    clock: new SteppedClock(FLEET_NOW),
    config: { publicUrl: PUBLIC_URL },
    server: installer === null ? {} : { artefactsFolder: installer },
  })
  if (installer === null) await fill(collector)
  const ids = addAccess(collector, 'admin')
  // The store is open already: the command on the first page is the one of a packaged collector, the same each time.
  if (installer !== null) collector.ctx.config.dataDir = DATA_DIR_DEFAULT
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
  const named = (name: string) => ctx.projection.inOrder().find(({ enrolledName }) => enrolledName === name)?.id ?? ''
  return {
    fleet: paths.fleetPage(),
    application: paths.applicationPage('shop'),
    server: paths.serverPage(named(FULL)),
    snoozed: paths.serverPage(named(SNOOZED)),
    history: paths.historyPage(),
    policy: `${paths.policyPage()}?preview=1&exposedDays=3&otherwiseDays=5`,
    'join-keys': paths.joinKeysPage(),
    tokens: paths.tokensPage(),
    audit: paths.auditPage(),
    help: paths.helpPage(),
    errors: paths.helpErrorsPage(),
    login: paths.loginPage(),
  }
}

/** Every server with what happened to it, in the order it happened in, and how the fleet stood on each day. */
async function fill({ ctx }: TestCollector): Promise<void> {
  const fleet = believableFleet().map(withSections)
  const events = fleet.flatMap((server, index) => [
    { ...server, at: server.record.createdAt, event: { type: 'registered', cause: null, data: {} } as const },
    ...[...pastOf(server, index, FLEET_NOW), ...presentOf(server, FLEET_NOW)].map((past) => ({ ...server, ...past })),
  ])
  for (const { record, event, at } of events.toSorted((a, b) => a.at - b.at)) {
    await ctx.store.transact((tx) => tx.putServer(record, [event], at))
  }
  for (const { record, stored } of fleet) await ctx.store.transact((tx) => putValues(tx, record.id, stored))
  for (const { day, tallies } of pastDays(fleet, FLEET_NOW)) ctx.store.saveDayCounts(day, tallies)
  const by = { at: FLEET_NOW - 25 * MINUTE_MS, actor: 'token 5d1c0e7f9a2b4c63', name: 'anna', from: null }
  const snoozed = fleet.find(({ record }) => record.enrolledName === SNOOZED)?.record.id ?? ''
  const said = { until: FLEET_NOW + 2 * DAY_MS, reason: 'restarts with the release on Tuesday' }
  await snoozeServer(ctx, snoozed, said, by)
}

function putValues(tx: Transaction, id: string, stored: Partial<Values>): void {
  for (const name of ['listeners', 'processes', 'updates'] as const) {
    const value = stored[name]
    if (value !== undefined) tx.putStoredValue(id, name, value)
  }
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

type Values = Pick<StoredValues, 'listeners' | 'processes' | 'updates'>

/** As if its agent had told these as well. */
function withSections(seed: ServerRecord, index: number): { record: ServerRecord; stored: Partial<Values> } {
  const readAt = seed.lastContactAt
  if (readAt === null) return { record: seed, stored: {} }
  const stored = valuesOf(seed, index, readAt)
  const observed = <V>(value: V) => ({ outcome: 'observed', reason: null, readAt, value, failedSince: null }) as const
  const sections = {
    ...seed.sections,
    listeners: observed(summarizeListeners(stored.listeners)),
    processes: observed(summarizeProcesses(stored.processes)),
    updates: observed(summarizeUpdates(stored.updates)),
  }
  return { record: judgeRecord({ ...seed, sections }, readAt, DEFAULT_POLICY, FLEET_NOW, null).record, stored }
}

function valuesOf(seed: ServerRecord, index: number, readAt: number): Values {
  const chance = (salt: number, of: number) => mix(index, salt) % of
  const isFull = seed.enrolledName === FULL
  return {
    listeners: portsOf(seed),
    processes: demoProcesses(isFull ? () => 0 : chance, 'debian-12', 'nginx.service'),
    updates: demoUpdates(chance, 'debian-12', readAt),
  }
}

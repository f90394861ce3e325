// Applications and history, asked for as servers are.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../../../shared/judgement/policy.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { believableFleet, serverRecord, FLEET_NOW } from '../../support/believable-fleet.ts'
import { SteppedClock, TestCollector } from '../../support/test-collector.ts'
import type { ServerRecord } from '../../../collector/store/records.ts'
import type { HistoryEvent } from '../../../shared/judgement/transition.ts'

const DAY_MS = 86_400_000

let collector: TestCollector
let reader: string
let clock: SteppedClock
beforeEach(async () => {
  clock = new SteppedClock(FLEET_NOW)
  collector = new TestCollector({ clock })
  reader = collector.createToken('reader')
  await put(...believableFleet())
})

afterEach(() => collector.close())

const registered: HistoryEvent = { type: 'registered', cause: null, data: {} }

async function put(...records: ServerRecord[]): Promise<void> {
  for (const record of records) {
    await collector.ctx.store.transact((tx) => tx.putServer(record, [registered], clock.now()))
  }
}

const ask = (url: string, query: Record<string, string>, headers: Record<string, string> = {}) =>
  collector.get(`${url}?${new URLSearchParams(query).toString()}`, reader, headers)

describe('GET /api/v1/applications', () => {
  const shopPolicy = { staleAfter: { exposedDays: 2, otherwiseDays: 3 } }

  type Applications = { items: { name: string | null; total: number }[]; nextCursor: string | null; total: number }
  const page = async (query: Record<string, string> = {}) =>
    (await ask(paths.applications(), query)).json<Applications>()

  it('rolls servers up, most urgent first, page by page', async () => {
    await put(serverRecord({ name: 'nobodys' }))

    const all = await page()
    const first = await page({ limit: '2' })
    const rest = await page({ limit: '9', cursor: first.nextCursor ?? '' })

    expect(all.items.map(({ name, total }) => `${name} ${total}`)).toEqual([
      'shop 9',
      'mail 1',
      'ci 2',
      'backup 1',
      'null 1',
    ])
    expect([...first.items, ...rest.items]).toEqual(all.items)
    expect(rest.nextCursor).toBeNull()
    expect(all.total).toBe(5)
  })

  it('tells one application with its oldest need, its worst exposure and where its policy comes from', async () => {
    collector.ctx.store.savePolicy(
      { ...DEFAULT_POLICY, applications: { shop: shopPolicy, planned: { unknownExposureCounts: true } } },
      { at: 1, actor: 'test', action: 'policy.set', subject: 'policy', detail: {} },
    )
    clock.step(2_000)

    const shop = await ask(paths.application('shop'), {})
    const planned = await ask(paths.application('planned'), {})

    expect(shop.json()).toMatchObject({
      name: 'shop',
      total: 9,
      state: { 'restart-required': 5 },
      oldest: { name: 'web-03', since: new Date(FLEET_NOW - 41 * DAY_MS - 3 * 3_600_000).toISOString() },
      worstExposure: 'unknown',
      policy: {
        preset: 'default',
        staleAfter: { exposedDays: 2, otherwiseDays: 3, from: 'application' },
        unknownExposureCounts: { value: false, from: 'fleet' },
      },
    })
    expect(planned.json()).toMatchObject({
      total: 0,
      worstExposure: null,
      policy: { staleAfter: { from: 'fleet' }, unknownExposureCounts: { value: true, from: 'application' } },
    })
  })

  it.each(['nobody', 'SHOP', '__proto__', 'x'.repeat(255)])('answers 404 for %s', async (name) => {
    expect((await ask(paths.application(name), {})).statusCode).toBe(404)
  })

  it.each(['x', 'bnVsbA'])('refuses the cursor %s', async (cursor) => {
    expect((await ask(paths.applications(), { cursor })).statusCode).toBe(400)
  })

  it('finds an application whatever its name is', async () => {
    const name = `a/b?c=1&ü ${'x'.repeat(200)}`
    await put(serverRecord({ name: 'odd', application: name }))

    expect((await ask(paths.application(name), {})).json()).toMatchObject({ name, total: 1 })
  })
})

describe('GET /api/v1/history', () => {
  const silent: HistoryEvent = { type: 'silent', cause: null, data: {} }
  const stale: HistoryEvent = { type: 'stale', cause: null, data: {} }

  beforeEach(async () => {
    const [web, mail] = ['web-03', 'mail-01'].map((name) => believableFleet().find((one) => one.enrolledName === name))
    for (const event of [silent, stale, silent]) {
      clock.step(DAY_MS)
      for (const record of [web, mail]) {
        if (record !== undefined) await collector.ctx.store.transact((tx) => tx.putServer(record, [event], clock.now()))
      }
    }
  })

  type Event = { id: number; type: string; serverName: string }
  const events = async (query: Record<string, string>) =>
    (await ask(paths.history(), query)).json<{ items: Event[]; nextCursor: string | null }>()
  const said = async (query: Record<string, string>) =>
    (await events(query)).items.map(({ type, serverName }) => `${type} ${serverName}`)
  const day = (days: number) => new Date(FLEET_NOW + days * DAY_MS).toISOString()

  it.each([
    [{ type: 'stale' }, ['stale mail-01', 'stale web-03']],
    [{ type: 'stale,silent', app: 'mail' }, ['silent mail-01', 'stale mail-01', 'silent mail-01']],
    [{ type: 'silent', q: 'app:shop' }, ['silent web-03', 'silent web-03']],
    [{ q: 'tag:rack', type: 'stale' }, ['stale web-03']],
    [{ from: day(3) }, ['silent mail-01', 'silent web-03']],
    [{ from: day(1), to: day(2) }, ['silent mail-01', 'silent web-03']],
    [{ from: day(4) }, []],
    [{ to: '2026-11-22' }, []],
    [{ type: 'conflict' }, []],
    [{ app: 'Mail' }, []],
  ] as [Record<string, string>, string[]][])('answers %j', async (query, lines) => {
    expect(await said(query)).toEqual(lines)
  })

  it('filters the history of one server, too', async () => {
    const web = (await events({ q: 'web-03', limit: '1' })).items[0] as unknown as { serverId: string }

    expect(await said({ server: web.serverId, type: 'silent' })).toEqual(['silent web-03', 'silent web-03'])
    expect(await said({ server: web.serverId, from: day(2), to: day(3) })).toEqual(['stale web-03'])
    expect(await said({ server: web.serverId, app: 'mail' })).toEqual([])
  })

  it('goes on behind its cursor with the same filters, down to the end', async () => {
    const all = (await events({ type: 'silent' })).items
    const seen: Event[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await events({ type: 'silent', limit: '1', ...(cursor === '' ? {} : { cursor }) })
      seen.push(...page.items)
      cursor = page.nextCursor
    }

    expect(all).toHaveLength(4)
    expect(seen).toEqual(all)
  })

  it('answers what was before an event', async () => {
    const [newest] = (await events({ limit: '1' })).items

    expect((await events({ before: String(newest?.id), limit: '1' })).items[0]?.id).toBe(Number(newest?.id) - 1)
    expect((await events({ before: '1' })).items).toEqual([])
  })
})

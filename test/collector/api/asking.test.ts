// The query language over HTTP: lists, counts, pages, tags, files and history, driven through the real store.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../../../shared/judgement/policy.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import type { Problem } from '../../../shared/protocol/problems.ts'
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

type Item = { id: string; name: string }
type List = {
  items: Item[]
  nextCursor: string | null
  total: number | null
  facets?: Record<string, { values: { value: string; count: number }[]; more: number }>
}

const ask = (url: string, query: Record<string, string>, headers: Record<string, string> = {}) =>
  collector.get(`${url}?${new URLSearchParams(query).toString()}`, reader, headers)
const list = async (q: string, more: Record<string, string> = {}) =>
  (await ask(paths.servers(), { q, ...more })).json<List>()
const namesOf = ({ items }: List) => items.map(({ name }) => name)

describe('GET /api/v1/servers?q=', () => {
  it.each([
    ['app:shop state:restart-required env:prod', ['web-03', 'db-01', 'web-01', 'api-02', 'web-02']],
    ['app:shop -env:prod', ['staging-01']],
    ['older:14d', ['web-03', 'db-01']],
    ['silent:>1h', ['mail-01']],
    ['reporting:silent', ['mail-01', 'build-07']],
    ['tag:rack=b2', ['web-03']],
    ['pkg:linux-image*', ['web-03', 'db-01', 'web-01']],
    ['web-0', ['web-03', 'web-01', 'web-02']],
    ['name:build-*', ['build-07', 'build-06']],
    ['reason:silent', ['mail-01', 'build-07']],
    ['lifecycle:removed', []],
  ])('answers %s in the order of urgency', async (q, names) => {
    const found = await list(q)

    expect(namesOf(found).toSorted()).toEqual(names.toSorted())
    const everyone = namesOf(await list(''))
    expect(namesOf(found)).toEqual(everyone.filter((name) => names.includes(name)))
    expect(found.total).toBe(names.length)
  })

  it('shows other lifecycles only to those who ask', async () => {
    await put(
      serverRecord({ name: 'gone', lifecycle: 'removed' }),
      serverRecord({ name: 'twin', lifecycle: 'conflict' }),
    )

    expect(namesOf(await list('name:gone,twin'))).toEqual([])
    expect(namesOf(await list('name:gone,twin lifecycle:*'))).toEqual(['gone', 'twin'])
    expect(namesOf(await list('name:gone,twin,web-03 -lifecycle:removed'))).toEqual(['web-03', 'twin'])
  })

  it('names the term that means nothing, its place and the fix', async () => {
    const answer = await ask(paths.servers(), { q: 'app:shop stat:ok' })

    expect(answer.statusCode).toBe(400)
    expect(answer.json<Problem>()).toMatchObject({
      kind: 'invalid-query',
      errors: [{ pointer: '#/q', detail: '"stat:ok" at character 10: "stat" is no key; did you mean state.' }],
      term: 'stat:ok',
      position: 10,
      suggestion: 'state',
    })
  })

  it('pages through what it selects, each server once, while others change', async () => {
    const all = namesOf(await list('app:shop'))
    const seen: string[] = []
    let page = await list('app:shop', { limit: '3' })
    while (page.nextCursor !== null) {
      seen.push(...namesOf(page))
      // Servers that come to the front meanwhile do not push others onto a page twice.
      await put(
        serverRecord({ name: `web-new-${seen.length}`, application: 'shop', flag: ['libc6'], pendingMs: 90 * DAY_MS }),
      )
      page = await list('app:shop', { limit: '3', cursor: page.nextCursor })
    }
    seen.push(...namesOf(page))

    expect(seen).toEqual(all)
  })

  it('counts the values of what it selects, and not of one page of it', async () => {
    const { facets, items } = await list('app:shop', { facets: '1', limit: '1' })
    const valuesOf = (key: string) =>
      Object.fromEntries(facets?.[key]?.values.map(({ value, count }) => [value, count]) ?? [])

    expect(items).toHaveLength(1)
    expect(Object.keys(facets ?? {})).toEqual(['state', 'reporting', 'exposure', 'reason', 'app', 'env', 'os', 'tag'])
    expect(valuesOf('app')).toEqual({ shop: 9 })
    expect(valuesOf('env')).toEqual({ prod: 8, staging: 1 })
    expect(valuesOf('state')).toEqual({ 'restart-required': 5, ok: 3, unknown: 1 })
    expect(valuesOf('tag')).toEqual({ rack: 1, tier: 1 })
    expect(await list('app:shop')).not.toHaveProperty('facets')
  })

  it('offers facet values that the language understands', async () => {
    const { facets } = await list('', { facets: '1' })

    for (const [key, facet] of Object.entries(facets ?? {})) {
      for (const { value, count } of facet.values) {
        expect(`${key} ${value} ${(await list(`${key}:"${value}"`)).total}`).toBe(`${key} ${value} ${count}`)
      }
    }
  })
})

describe('an answer that has not changed', () => {
  it.each([paths.servers(), paths.serversCsv(), paths.summary(), paths.history()])(
    'is not sent again by %s, until a server or the minute changes',
    async (url) => {
      const first = await ask(url, {})
      const tag = String(first.headers['etag'])
      const again = (named: string) => ask(url, {}, { 'if-none-match': named })

      expect(tag).toMatch(/^W\/"r\d+-/)
      expect([(await again(tag)).statusCode, (await again(`"x", ${tag}`)).statusCode]).toEqual([304, 304])
      expect((await again(tag)).body).toBe('')
      expect((await again('"x"')).statusCode).toBe(200)

      await put(serverRecord({ name: 'another' }))
      const changed = await again(tag)
      expect(changed.statusCode).toBe(200)

      clock.step(60_000)
      expect((await again(String(changed.headers['etag']))).statusCode).toBe(200)
    },
  )

  it('is for the one who asked alone, and asked for each time', async () => {
    expect((await ask(paths.servers(), {})).headers['cache-control']).toBe('private, no-cache')
  })
})

describe('GET /api/v1/summary?q=', () => {
  it('says of a part of the fleet what it says of the whole', async () => {
    const shop = (await ask(paths.summary(), { q: 'app:shop' })).json<{ total: number; sentence: string }>()
    const all = (await ask(paths.summary(), { q: '' })).json<{ total: number }>()

    expect(shop).toMatchObject({ total: 9, state: { 'restart-required': 5 }, oldest: { name: 'web-03' } })
    expect(shop.sentence).toContain('of 9 servers')
    expect(all.total).toBe(13)
  })
})

describe('GET /api/v1/servers.csv', () => {
  it('holds exactly what is selected, all pages of it', async () => {
    await put(
      ...Array.from({ length: 450 }, (_, i) => serverRecord({ id: `s${i}`, name: `bulk-${i}`, application: 'bulk' })),
    )

    const answer = await ask(paths.serversCsv(), { q: 'app:bulk' })
    const lines = answer.body.split('\r\n')

    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8; header=present')
    expect(answer.headers['content-disposition']).toBe('attachment; filename="servers-2026-11-22.csv"')
    expect(lines).toHaveLength(452)
    expect(lines[0]).toMatch(/^id,name,application,environment,tags,/)
    expect(new Set(lines.slice(1, -1).map((line) => line.split(',')[2]))).toEqual(new Set(['bulk']))
    expect(lines.at(-1)).toBe('')
  })

  it('runs no formula that a host smuggles into a name', async () => {
    await put(
      serverRecord({
        name: '=HYPERLINK("http://evil","x")',
        application: '+1',
        environment: '-2',
        tags: { '@SUM(A1)': '' },
        os: '\tDDE',
      }),
    )

    const [, line] = (await ask(paths.serversCsv(), { q: 'app:"+1"' })).body.split('\r\n')

    expect(line).toContain(`,"'=HYPERLINK(""http://evil"",""x"")",'+1,'-2,'@SUM(A1),`)
    expect(line).toContain(`'\tDDE`)
  })
})

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

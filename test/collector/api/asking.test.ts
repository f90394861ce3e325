// The query language over HTTP: lists, counts, pages, tags, files and history, driven through the real store.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
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

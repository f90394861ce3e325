// `/history`, through the real collector.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EVENT_TYPES } from '../../../shared/judgement/transition.ts'
import { believableFleet, serverRecord } from '../../support/believable-fleet.ts'
import { PageClient, textOf } from '../../support/page-client.ts'
import { TestCollector } from '../../support/test-collector.ts'

const DAY_MS = 86_400_000
let collector: TestCollector
let reader: PageClient

/** Two days of it: on the first everybody registers, on the second 120 packages change on web-03. */
beforeAll(async () => {
  collector = new TestCollector()
  reader = new PageClient(collector, 'reader')
  const now = collector.clock.now()
  const fleet = believableFleet(now)
  for (const record of fleet) {
    await collector.ctx.store.transact((tx) =>
      tx.putServer(record, [{ type: 'registered', cause: null, data: {} }], now - DAY_MS),
    )
  }
  const web = fleet[0] ?? serverRecord({ name: 'web-03' }, now)
  for (let at = 0; at < 120; at++) {
    const data = { updated: [{ name: `package-${at}` }], counts: { updated: 1 } }
    await collector.ctx.store.transact((tx) => tx.putServer(web, [{ type: 'package-changed', cause: null, data }], now))
  }
})
afterAll(() => collector.close())

const linesIn = (page: string) => [...page.matchAll(/<li class="event/g)].length
const history = (query: string) => reader.page(`/history?${query}`)

describe('history', () => {
  it('shows the newest first and goes on page by page, keeping the filter', async () => {
    const first = await history('server=&type=&q=')
    const older = (/rel="next" href="([^"]*)"/.exec(first)?.[1] ?? '').replaceAll('&amp;', '&')
    const second = await reader.page(older)

    expect(linesIn(first)).toBe(100)
    expect(first.indexOf('package-119')).toBeLessThan(first.indexOf('package-118'))
    expect(linesIn(second)).toBe(20 + believableFleet().length)
    expect(second).toContain('>Newest</a>')
    expect(second).not.toContain('rel="next"')
  })

  it('tells whose each line is, with the way to it', async () => {
    const page = await history('type=registered&app=mail')

    expect(textOf(page)).toContain('mail-01 Registered')
    expect(page).toMatch(/<a class="whose" href="\/servers\/s[a-z2-7]{26}">mail-01<\/a>/)
  })

  it.each([
    ['a kind of event', 'type=registered', 13],
    ['servers that a query selects', 'q=app:shop&type=registered', 9],
    ['an application', 'app=ci', 2],
    ['days, the last one included', 'from=2026-11-21&to=2026-11-21', 13],
    ['a day nothing happened on', 'from=2026-11-20&to=2026-11-20', 0],
  ])('shows %s alone', async (_what, query, lines) => {
    expect(linesIn(await history(query))).toBe(lines)
  })

  it.each([
    ['q=colour:red', '"colour" is no key'],
    ['type=birthday', '"birthday" is no kind of event.'],
    ['from=yesterday', 'A day is written 2026-11-22.'],
    ['to=2026-13-45', 'A day is written 2026-11-22.'],
  ])('names a bad term and shows nothing as if it were all: %s', async (query, problem) => {
    const answer = await reader.get(`/history?${query}`)

    expect(answer.statusCode).toBe(400)
    expect(textOf(answer.body)).toContain(problem)
    expect(linesIn(answer.body)).toBe(0)
    expect(answer.body).toContain('aria-invalid="true"')
  })

  it('says that nothing like this happened, and leads back to everything', async () => {
    const page = await history('type=conflict')

    expect(textOf(page)).toContain('Nothing like this happened. Show everything')
  })

  it('says whose history it is and lets go of that', async () => {
    const page = await history('app=shop&type=registered')

    expect(textOf(page)).toContain('Only application shop. Show all')
    expect(page).toContain('href="/history?type=registered"')
  })

  it('offers every kind of event', async () => {
    const page = await history('')

    for (const type of EVENT_TYPES) expect(page).toContain(`<option value="${type}"`)
  })

  it('leads to the same question as JSON', async () => {
    const href = (
      /href="(\/api\/v1\/history[^"]*)"/.exec(await history('type=registered&from=2026-11-21'))?.[1] ?? ''
    ).replaceAll('&amp;', '&')

    const answer = await reader.get(href)

    expect(answer.statusCode).toBe(200)
    expect(answer.json<{ items: unknown[] }>().items).toHaveLength(13)
  })
})

describe('a history in which nothing happened', () => {
  it('says so', async () => {
    const empty = new TestCollector()

    const page = await new PageClient(empty, 'reader').page('/history')
    await empty.close()

    expect(textOf(page)).toContain('Nothing has happened yet.')
  })
})

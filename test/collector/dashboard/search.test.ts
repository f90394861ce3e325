// The search field of the fleet page, through the real collector.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { believableFleet, serverRecord } from '../../support/believable-fleet.ts'
import { TestCollector } from '../../support/test-collector.ts'

let collector: TestCollector
let cookie: string

beforeAll(async () => {
  collector = new TestCollector()
  for (const record of believableFleet(collector.clock.now())) {
    await collector.ctx.store.transact((tx) => tx.putServer(record, [], collector.clock.now()))
  }
  const login = await collector.app.inject({
    method: 'POST',
    url: '/login',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    payload: new URLSearchParams({ token: collector.createToken('reader') }).toString(),
  })
  cookie = String(login.headers['set-cookie']).split(';')[0] ?? ''
})
afterAll(() => collector.close())

const get = (url: string) => collector.app.inject({ method: 'GET', url, headers: { cookie } })
const search = async (q: string) => (await get(`/?${new URLSearchParams({ q }).toString()}`)).body
const rowsIn = (page: string) => [...page.matchAll(/data-key=/g)].length

describe('the search field', () => {
  it('lists what the query selects, says how many, and keeps the text', async () => {
    const page = await search('app:shop env:prod "web-0"')

    expect(rowsIn(page)).toBe(3)
    expect(page).toContain('3 servers match, most urgent first.')
    expect(page).toContain('value="app:shop env:prod &quot;web-0&quot;"')
    expect(page).toContain('href="/api/v1/servers.csv?q=app%3Ashop+env%3Aprod+%22web-0%22"')
    expect(page).toContain('href="/api/v1/servers?q=app%3Ashop+env%3Aprod+%22web-0%22"')
  })

  it('says what is wrong with a term beside the field, and still lists everything', async () => {
    const page = await search('stat:<b>')

    expect(page).toContain('&quot;stat:&lt;b>&quot; at character 1: &quot;stat&quot; is no key; did you mean state.')
    expect(page).toContain('aria-describedby="q-problem"')
    expect(page).toContain('All servers, most urgent first: the search was not understood.')
    expect(rowsIn(page)).toBe(13)
  })

  it('says that nothing matches, and offers the way back', async () => {
    const page = await search('app:nobody')

    expect(page).toContain('No server matches.')
    expect(page).toContain('<a href="/">Clear search</a>')
    expect(page).not.toContain('<table')
  })

  it('is not asked twice at once', async () => {
    const page = (await get('/?q=app:shop&q=app:mail')).body

    expect(rowsIn(page)).toBe(13)
  })
})

describe('the tiles', () => {
  it('lead to exactly the servers they count', async () => {
    const page = await search('')
    const tiles = [...page.matchAll(/<a href="(\/\?q=[^"]+)">([^<]+)<\/a><\/span><\/dt><dd>(\d+)</g)]

    expect(tiles).toHaveLength(4)
    for (const [, href = '', label, count] of tiles) {
      expect(`${label} ${rowsIn((await get(href)).body)}`).toBe(`${label} ${count}`)
    }
  })
})

it('the pages of a search keep its text', async () => {
  for (let i = 0; i < 120; i++) {
    const record = serverRecord({ id: `sbulk${i}`, name: `bulk-${i}`, application: 'bulk' }, collector.clock.now())
    await collector.ctx.store.transact((tx) => tx.putServer(record, [], collector.clock.now()))
  }

  const first = await search('app:bulk')
  const second = (await get('/?q=app%3Abulk&page=2')).body

  expect(first).toContain('<a rel="next" href="/?q=app%3Abulk&amp;page=2">')
  expect(second).toContain('<a rel="prev" href="/?q=app%3Abulk">')
  expect([rowsIn(first), rowsIn(second)]).toEqual([100, 20])
})

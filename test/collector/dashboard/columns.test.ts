// Columns that a reader chose, through the real collector.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ServerRecord } from '../../../collector/store/records.ts'
import { believableFleet } from '../../support/believable-fleet.ts'
import { TestCollector } from '../../support/test-collector.ts'

let collector: TestCollector
let cookie: string
let fleet: readonly ServerRecord[]

beforeAll(async () => {
  collector = new TestCollector()
  fleet = believableFleet(collector.clock.now())
  for (const record of fleet)
    await collector.ctx.store.transact((tx) => tx.putServer(record, [], collector.clock.now()))
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
const page = async (url: string) => (await get(url)).body
const headings = (body: string) =>
  [...body.matchAll(/<th role="columnheader" scope="col" class="c-(\w+)"/g)].map(([, name]) => name)
const cellsOf = (body: string) =>
  [...(/<tr[^>]*data-revision.*?<\/tr>/s.exec(body)?.[0] ?? '').matchAll(/class="c-(\w+)"/g)].map(([, name]) => name)

describe('the columns of the list', () => {
  it('are those of the address, in the head as in the rows', async () => {
    const body = await page('/?cols=tags,kernel,address,uptime,agent,installed,snoozed')

    const wanted = ['state', 'server', 'kernel', 'installed', 'uptime', 'address', 'tags', 'agent', 'snoozed']
    expect(headings(body)).toEqual(wanted)
    expect(cellsOf(body)).toEqual(wanted)
    expect(body).toMatch(/data-label="Running kernel"[^>]*>6\.1\.0-/)
  })

  it('are the same where only what changed is read', async () => {
    const id = fleet[0]?.id ?? ''
    const body = await page(`/?cols=kernel&part=changes&also=${id}`)

    expect(headings(body)).toEqual(['state', 'server', 'kernel'])
    expect(body.match(new RegExp(`<tr[^>]*data-key="${id}".*?</tr>`, 's'))?.[0]).toContain('c-kernel')
  })

  it('stay when one searches, turns pages, follows a count, and clears the search', async () => {
    const body = await page('/?q=env:prod&cols=kernel,tags')

    expect(body).toContain('<input type="hidden" name="cols" value="kernel,tags"/>')
    expect(body).toContain('<a href="/?cols=kernel,tags">Clear search</a>')
    expect(body).toContain('href="/?q=reason%3A*&amp;cols=kernel,tags"')
    expect(body).toContain('href="/?q=state%3Aok&amp;cols=kernel,tags"')
    expect(body).toContain('href="/api/v1/servers.csv?q=env%3Aprod"')
  })

  it('come from a form that needs no script, at an address short enough to pass on', async () => {
    const form = await get('/?q=env%3Aprod&page=1&cols=server&cols=why&cols=kernel')
    const nothing = await get('/?cols=server')
    const back = await get(
      '/?cols=server&cols=app&cols=env&cols=why&cols=pending&cols=deadline&cols=exposure&cols=report&cols=os',
    )

    expect([form.statusCode, form.headers.location]).toEqual([303, '/?q=env%3Aprod&cols=why,kernel&page=1'])
    expect(headings(nothing.body)).toEqual(['state', 'server'])
    expect([back.statusCode, back.headers.location]).toEqual([303, '/'])
  })

  it('that do not exist are named, and everything else is shown', async () => {
    const body = await page('/?cols=kernel,%3Cb%3E')

    expect(body).toContain('role="alert">cols: &quot;&lt;b>&quot; is no column; known are')
    expect(headings(body)).toEqual(['state', 'server', 'kernel'])
    expect(headings(await page('/?cols=why&cols=colour'))).toEqual(['state', 'server', 'why'])
  })

  it('say nothing of how long a server is up that is not heard', async () => {
    const silent = fleet.find(({ verdict }) => verdict.reporting === 'silent')?.id ?? ''
    const body = await page(`/?q=reporting:silent&cols=uptime&also=${silent}`)

    expect(body.match(/data-label="Uptime">.*?<\/td>/s)?.[0]).toContain('not known')
  })
})

// `/apps/{application}`, through the real collector.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { believableFleet, serverRecord } from '../../support/believable-fleet.ts'
import { PageClient, textOf } from '../../support/page-client.ts'
import { hostileTexts } from '../../support/page-markup.ts'
import { TestCollector } from '../../support/test-collector.ts'

let collector: TestCollector
let reader: PageClient

beforeAll(async () => {
  collector = new TestCollector()
  reader = new PageClient(collector, 'reader')
  const now = collector.clock.now()
  const strange = hostileTexts()
    .slice(0, 3)
    .map((text, at) => serverRecord({ name: `x-${at}`, id: `sx${at}`, application: text }, now))
  for (const record of [...believableFleet(now), ...strange]) {
    const registered = { type: 'registered', cause: null, data: {} } as const
    await collector.ctx.store.transact((tx) => tx.putServer(record, [registered], now))
  }
})
afterAll(() => collector.close())

describe('the page of an application', () => {
  it('says the sentence of its servers, and counts no other', async () => {
    const page = await reader.page('/apps/shop')

    expect(page).toContain('<h1>shop</h1>')
    expect(textOf(page)).toContain('2 of 9 servers need a person now: 2 stale. Oldest: web-03, 41 d 3 h.')
    expect(page.match(/data-key=/g)).toHaveLength(9)
    expect(page).toContain('href="/?q=app%3Ashop+state%3Arestart-required"')
  })

  it('puts who needs a person before everything else, with the sentence that says why', async () => {
    const page = await reader.page('/apps/shop')
    const notices = page.slice(page.indexOf('notices-title'), page.indexOf('list-title'))

    expect(notices.match(/<li>/g)).toHaveLength(2)
    expect(textOf(page)).toContain('web-03 Stale Restart required for 41 d 3 h')
    expect(page.indexOf('notices-title')).toBeLessThan(page.indexOf('class="servers"'))
  })

  it('keeps the place of the notices where nobody needs a person, and says what would stand there', async () => {
    const page = await reader.page('/apps/backup')

    expect(page).toMatch(/<div data-steady[^>]*><section class="notices none-now"/)
    expect(textOf(page)).toContain('Needs a person now No server of this application.')
  })

  it('names the policy in force and where it comes from', async () => {
    const operator = new PageClient(collector, 'operator')
    await operator.submit('/settings/policy', { scope: 'application', application: 'ci', otherwiseDays: '7' })
    collector.clock.step(2_000)

    expect(textOf(await reader.page('/apps/mail'))).toContain('otherwise 30 days as the whole fleet')
    expect(textOf(await reader.page('/apps/ci'))).toContain('otherwise 7 days of this application alone')
  })

  it('tells what happened to its servers, and leads to all of it', async () => {
    const page = await reader.page('/apps/mail')

    expect(textOf(page)).toContain('mail-01 Registered')
    expect(page).toContain('href="/history?app=mail"')
  })

  it('says so where there is none of this name', async () => {
    const answer = await reader.get('/apps/nothing')

    expect(answer.statusCode).toBe(404)
    expect(answer.body).toContain('There is no such application')
  })

  it('is found under any name, and runs none', async () => {
    for (const name of hostileTexts().slice(0, 3)) {
      const page = await reader.page(`/apps/${encodeURIComponent(name)}`)

      expect(page).toContain('>x-')
      expect(page).not.toContain(name)
    }
  })
})

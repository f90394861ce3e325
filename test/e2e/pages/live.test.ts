// Pages that stay open stay true: patched in place, in an order that does not move under the reader.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { isRequired, listOf, LivePages, namesIn, rowOf } from '../../support/live-pages.ts'
import { until } from '../../support/until.ts'

const DAY_MS = 86_400_000
/** A browser on a busy machine. */
const WAIT = { timeout: 60_000 }
let site: LivePages
beforeAll(async () => {
  site = await LivePages.start()
})
afterEach(() => site.closePages())
afterAll(() => site.close())

describe('a list that stays open', WAIT, () => {
  it('shows the flag of a server while you watch, without loading again, and the focus stays', async () => {
    const server = await site.server('watched')
    const page = await site.openLive(listOf('watched'))
    await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }))
    await page.getByRole('link', { name: 'web-01' }).focus()

    await site.change(server, ['libssl3'])
    await isRequired(page, server)

    expect(await rowOf(page, server).innerText()).toContain('libssl3')
    expect(await page.evaluate(() => 'isSamePage' in globalThis)).toBe(true)
    expect(await page.evaluate('document.activeElement.textContent')).toBe('web-01')
  })

  it('keeps the order under the reader, offers the new one, and takes the offer back when it is void', async () => {
    const [, second] = await site.servers('ordered', ['a-01', 'b-01'])
    if (second === undefined) throw new Error('no server')
    const page = await site.openLive(listOf('ordered'))
    const offer = page.locator('#resort')

    await site.change(second, ['libc6'])
    await page.getByRole('button', { name: '1 changed – re-sort' }).waitFor()
    const before = await namesIn(page)
    await site.change(second, null)
    await offer.waitFor({ state: 'hidden' })
    await site.change(second, ['libc6'])
    await offer.click()
    await offer.waitFor({ state: 'hidden' })

    expect(before).toEqual(['a-01', 'b-01'])
    expect(await namesIn(page)).toEqual(['b-01', 'a-01'])
  })

  it('follows a server that left the page, instead of showing what was true once', async () => {
    const watched = await site.server('large', 'watched-01')
    await site.change(watched, ['libc6'])
    const joinKey = site.collector.createJoinKey({ application: 'large' })
    const names = Array.from({ length: 100 }, (_, index) => `other-${String(index).padStart(3, '0')}`)
    await Promise.all(names.map((name) => site.collector.enroll(name, joinKey)))
    const page = await site.openLive(listOf('large'))

    await site.change(watched, null)

    await rowOf(page, watched).getByText('OK', { exact: true }).waitFor()
    expect((await namesIn(page))[0]).toBe('watched-01')
    expect(await page.locator('#resort').isVisible()).toBe(true)
  })

  it(
    'reads itself again once a second at most, however many servers change elsewhere',
    { timeout: 90_000 },
    async () => {
      const servers = await site.servers('busy', ['web-01', 'web-02'])
      await site.servers('calm', ['web-01'])
      const page = await site.openLive(listOf('calm'))
      const reads = () =>
        page.evaluate(() =>
          performance
            .getEntriesByType('resource')
            .filter((entry) => (entry as PerformanceResourceTiming).initiatorType === 'xmlhttprequest')
            .map(({ startTime }) => startTime),
        )

      let round = 0
      const changing = async () => {
        round += 1
        for (const server of servers) await site.change(server, [`package-${round}`])
        return (await reads()).length >= 3
      }
      await until('three reads', changing, 60_000)

      const times = await reads()
      // A timer may fire a moment early; two reads within half a second are a fault.
      expect(times.slice(1).filter((time, at) => time - (times[at] ?? 0) < 900)).toEqual([])
    },
  )

  it('asks only for the rows that changed', async () => {
    const [first] = await site.servers('partial', ['web-01', 'web-02'])
    if (first === undefined) throw new Error('no server')
    const page = await site.openLive(listOf('partial'))
    await page.evaluate(() => fetch('/-/healthy').then((answer) => answer.text()))
    const asked: URLSearchParams[] = []
    page.on('request', (request) => {
      if (request.resourceType() === 'xhr') asked.push(new URL(request.url()).searchParams)
    })

    await site.change(first, ['libssl3'])
    await isRequired(page, first)

    expect(asked.find((query) => query.get('part') === 'changes')?.get('also')).toBe(first.id)
  })

  it('keeps rows selected while they are patched, and says which command is about them', async () => {
    const [first] = await site.servers('chosen', ['chosen-01', 'chosen-02', 'chosen-03'])
    if (first === undefined) throw new Error('no server')
    const page = await site.openLive(listOf('chosen'))
    for (const key of ['x', 'x', 'j', 'j', 'x']) await page.keyboard.press(key)

    await site.change(first, ['libssl3'])
    await isRequired(page, first)
    const ticked = await page.getByRole('checkbox', { checked: true }).count()
    const bar = page.getByRole('region', { name: 'Selected servers' })
    const said = await bar.innerText()
    await bar.getByRole('link', { name: 'List them by name' }).click()
    await page.getByText('2 servers match').waitFor()

    expect(ticked).toBe(2)
    expect(said).toContain('2 servers selected')
    expect(said).toContain("overdue refresh 'name:chosen-01,chosen-03' --wait")
    expect(await namesIn(page)).toEqual(['chosen-01', 'chosen-03'])
  })

  it('reads nothing while nobody looks, and everything when somebody does again', async () => {
    const server = await site.server('hidden')
    const page = await site.openLive(listOf('hidden'))
    const look = (isHidden: boolean) =>
      page.evaluate((hidden) => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
        document.dispatchEvent(new Event('visibilitychange'))
      }, isHidden)
    await look(true)
    let reads = 0
    page.on('request', (request) => (reads += request.resourceType() === 'xhr' ? 1 : 0))

    await site.change(server, ['libssl3'])
    // The browser has had its turn: what an event brought about would have been asked for by now.
    await page.evaluate(() => fetch('/-/healthy').then((answer) => answer.text()))
    const whileHidden = reads
    await look(false)
    await isRequired(page, server)

    expect(whileHidden).toBe(0)
  })

  it('counts in the tab who needs a person, and announces changes to those who listen', async () => {
    const server = await site.server('counted')
    await site.change(server, ['libc6'])
    site.collector.clock.step(30 * DAY_MS - 60_000)
    await site.report(server)
    const page = await site.openLive(listOf('counted'))
    const before = await page.title()

    site.collector.clock.step(120_000)
    await site.report(server)
    await rowOf(page, server).getByText('Stale').waitFor()

    expect(before).toBe('Overdue')
    expect(await page.title()).toBe('(1) Overdue')
    const said = page.locator('#announcer', { hasText: 'One server changed.' })
    await said.waitFor({ state: 'attached' })
    expect(await said.innerText()).toContain('needs a person now: 1 stale')
  })

  it('says that updates are paused, as of when, and goes on by itself', async () => {
    const server = await site.server('paused')
    const page = await site.openLive(listOf('paused'))

    await page.route('**/api/v1/events', (route) => route.abort())
    site.collector.app.server.closeAllConnections()
    await page.getByText(/Live updates paused, data as of \d\d:\d\d:\d\d UTC\./).waitFor()
    await page.unroute('**/api/v1/events')
    await site.change(server, ['libssl3'])

    await page.locator('#paused').waitFor({ state: 'hidden' })
    await isRequired(page, server)
    expect(await page.locator('#live').innerText()).toBe('Live')
  })

  it('says so when the session has ended, and keeps what it shows', async () => {
    const server = await site.server('ended')
    const page = await site.openLive(listOf('ended'))

    const { store } = site.collector.ctx
    for (const { id } of store.tokens()) {
      const audit = { at: site.collector.clock.now(), actor: 'test', action: 'token.revoke', subject: id, detail: {} }
      store.revokeToken(id, site.collector.clock.now(), audit)
    }
    site.collector.app.server.closeAllConnections()

    await page.getByRole('link', { name: 'Sign in again' }).waitFor()
    expect(await rowOf(page, server).count()).toBe(1)
  })
})

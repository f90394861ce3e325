// Pages that stay open stay true: patched in place, in an order that does not move under the reader.
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { momentText, type TimeWording } from '../../../collector/dashboard/components/times.ts'
import { listOf, LivePages, namesIn, rowOf } from '../../support/live-pages.ts'
import type { TestServer } from '../../support/test-collector.ts'
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

async function serverOf(application: string, name = 'web-01'): Promise<TestServer> {
  const [server] = await site.servers(application, [name])
  if (server === undefined) throw new Error('no server')
  return server
}

async function change(server: TestServer, flag: string[] | null): Promise<void> {
  if (flag === null) server.report.clearFlag()
  else server.report.raiseFlag(flag)
  await site.report(server)
}

const isRequired = (page: Page, server: TestServer) => rowOf(page, server).getByText('Restart required').waitFor()

describe('a list that stays open', WAIT, () => {
  it('shows the flag of a server while you watch, without loading again, and the focus stays', async () => {
    const server = await serverOf('watched')
    const page = await site.openLive(listOf('watched'))
    await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }))
    await page.getByRole('link', { name: 'web-01' }).focus()

    await change(server, ['libssl3'])
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

    await change(second, ['libc6'])
    await page.getByRole('button', { name: '1 changed – re-sort' }).waitFor()
    const before = await namesIn(page)
    await change(second, null)
    await offer.waitFor({ state: 'hidden' })
    await change(second, ['libc6'])
    await offer.click()
    await offer.waitFor({ state: 'hidden' })

    expect(before).toEqual(['a-01', 'b-01'])
    expect(await namesIn(page)).toEqual(['b-01', 'a-01'])
  })

  it('follows a server that left the page, instead of showing what was true once', async () => {
    const watched = await serverOf('large', 'watched-01')
    await change(watched, ['libc6'])
    const joinKey = site.collector.createJoinKey({ application: 'large' })
    const names = Array.from({ length: 100 }, (_, index) => `other-${String(index).padStart(3, '0')}`)
    await Promise.all(names.map((name) => site.collector.enroll(name, joinKey)))
    const page = await site.openLive(listOf('large'))

    await change(watched, null)

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
        for (const server of servers) await change(server, [`package-${round}`])
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

    await change(first, ['libssl3'])
    await isRequired(page, first)

    expect(asked.find((query) => query.get('part') === 'changes')?.get('also')).toBe(first.id)
  })

  it('keeps rows selected while they are patched, and says which command is about them', async () => {
    const [first] = await site.servers('chosen', ['chosen-01', 'chosen-02', 'chosen-03'])
    if (first === undefined) throw new Error('no server')
    const page = await site.openLive(listOf('chosen'))
    for (const key of ['x', 'x', 'j', 'j', 'x']) await page.keyboard.press(key)

    await change(first, ['libssl3'])
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
    const server = await serverOf('hidden')
    const page = await site.openLive(listOf('hidden'))
    const look = (isHidden: boolean) =>
      page.evaluate((hidden) => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
        document.dispatchEvent(new Event('visibilitychange'))
      }, isHidden)
    await look(true)
    let reads = 0
    page.on('request', (request) => (reads += request.resourceType() === 'xhr' ? 1 : 0))

    await change(server, ['libssl3'])
    // The browser has had its turn: what an event brought about would have been asked for by now.
    await page.evaluate(() => fetch('/-/healthy').then((answer) => answer.text()))
    const whileHidden = reads
    await look(false)
    await isRequired(page, server)

    expect(whileHidden).toBe(0)
  })

  it('counts in the tab who needs a person, and announces changes to those who listen', async () => {
    const server = await serverOf('counted')
    await change(server, ['libc6'])
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
    const server = await serverOf('paused')
    const page = await site.openLive(listOf('paused'))

    await page.route('**/api/v1/events', (route) => route.abort())
    site.collector.app.server.closeAllConnections()
    await page.getByText(/Live updates paused, data as of \d\d:\d\d:\d\d UTC\./).waitFor()
    await page.unroute('**/api/v1/events')
    await change(server, ['libssl3'])

    await page.locator('#paused').waitFor({ state: 'hidden' })
    await isRequired(page, server)
    expect(await page.locator('#live').innerText()).toBe('Live')
  })

  it('says so when the session has ended, and keeps what it shows', async () => {
    const server = await serverOf('ended')
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

describe('other pages that stay open', WAIT, () => {
  it('are patched: one server, evidence and history included', async () => {
    const server = await serverOf('single')
    const page = await site.openLive(`/servers/${server.id}`)

    await change(server, ['libssl3'])
    await page.getByRole('heading', { name: 'Why' }).waitFor()

    expect(await page.locator('.panel-evidence').innerText()).toContain('*** System restart required *** (libssl3)')
    expect(await page.locator('.panel-history li').first().innerText()).toContain('Restart required')
  })

  it('leave their pictures alone while another order is offered, and an open table open', async () => {
    const [first, second] = await site.servers('pictured', ['a-01', 'b-01'])
    if (first === undefined || second === undefined) throw new Error('no server')
    const page = await site.openLive('/apps/pictured')
    const says = page.locator('#age-says')

    await change(second, ['libc6'])
    await page.getByRole('button', { name: '1 changed – re-sort' }).waitFor()
    const whileOffered = await says.innerText()
    await page.locator('#resort').click()
    await says.getByText('1 pending').waitFor()
    await page.locator('#age-table summary').click()
    // Later than the other, and so behind it: the order stays right.
    site.collector.clock.step(60_000)
    await change(first, ['libc6'])
    await isRequired(page, first)
    // Pictures come with the whole page, which is read every half minute, and when somebody comes back to it.
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await says.getByText('2 pending').waitFor()

    expect(whileOffered).toBe('No restart is pending.')
    expect(await page.locator('#age-table').getAttribute('open')).not.toBe(null)
  })

  it('are patched: an application, its counts and notices included, and others leave it alone', async () => {
    const server = await serverOf('app-live')
    const stranger = await serverOf('app-other')
    const page = await site.openLive('/apps/app-live')
    let reads = 0
    page.on('request', (request) => (reads += request.resourceType() === 'xhr' ? 1 : 0))

    await change(stranger, ['libc6'])
    await page.evaluate(() => fetch('/-/healthy').then((answer) => answer.text()))
    const forStranger = reads
    await change(server, ['libssl3'])
    await isRequired(page, server)

    expect(forStranger).toBe(0)
    expect(await page.locator('.tile', { hasText: 'Restart required' }).innerText()).toContain('1')
    expect(await page.locator('.columns-even .history').innerText()).toContain('libssl3')
  })

  it('are left alone where somebody fills in a form', async () => {
    const page = await site.openAs('operator', '/settings/join-keys')
    let reads = 0
    page.on('request', (request) => (reads += ['xhr', 'eventsource'].includes(request.resourceType()) ? 1 : 0))
    await page.getByLabel('Application').fill('half typed')

    await serverOf('elsewhere')
    await page.evaluate(() => fetch('/-/healthy').then((answer) => answer.text()))

    expect(reads).toBe(0)
    expect(await page.getByLabel('Application').inputValue()).toBe('half typed')
  })

  it('say the same words about time as the server does', async () => {
    const page = await site.openAs('reader', '/help')
    const now = Date.parse('2026-01-11T10:22:07Z')
    const agesMs = [
      -9e9, -86_400_000, -61_000, -1, 0, 1, 999, 1_000, 59_999, 60_000, 3_599_999, 3_600_000, 3_660_000, 86_399_999,
      86_400_000, 90_000_000, 4e9,
    ]
    const wordings: TimeWording[] = ['ago', 'for', 'until']
    const moments = agesMs.flatMap((age) =>
      wordings.map((wording) => ({ at: new Date(now - age).toISOString(), wording })),
    )

    // As text: the test runner would rewrite the import of a function.
    const script = `import('/assets/time.js').then(({ momentText }) =>
      ${JSON.stringify(moments)}.map(({ at, wording }) => momentText(at, ${now}, wording)))`
    const shown = await page.evaluate<string[]>(script)

    expect(shown).toEqual(moments.map(({ at, wording }) => momentText(at, now, wording)))
  })
})

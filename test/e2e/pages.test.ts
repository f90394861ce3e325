// The pages as people meet them: a real browser, the real collector, agents that report over HTTP.
import AxeBuilder from '@axe-core/playwright'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { login } from '../../collector/api/auth.ts'
import { momentText, type TimeWording } from '../../collector/dashboard/components/times.ts'
import { paths } from '../../shared/protocol/paths.ts'
import { launchBrowser } from '../support/browser.ts'
import { hostileTexts } from '../support/page-markup.ts'
import { TestCollector, type TestServer } from '../support/test-collector.ts'
import { until } from '../support/until.ts'

const DAY_MS = 86_400_000
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

let browser: Browser
let collector: TestCollector
let url: string
let token: string
let contexts: BrowserContext[] = []

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())
beforeEach(async () => {
  collector = new TestCollector()
  url = await collector.listen()
  token = collector.createToken('reader')
})
afterEach(async () => {
  for (const context of contexts) await context.close()
  contexts = []
  await collector.close()
})

async function newPage(options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options)
  contexts.push(context)
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  return page
}

async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await newPage(options)
  await page.goto(url + path)
  return page
}

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('API token').fill(token)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
}

/** As `open`, with a session that was opened without the form. */
async function openSignedIn(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await newPage(options)
  const [name = '', value = ''] = login(collector.ctx, token)?.setCookie.split(/[=;]/) ?? []
  await page.context().addCookies([{ name, value, url }])
  await page.goto(url + path)
  return page
}

/** The page is open and its event stream stands. */
async function openLive(path: string): Promise<Page> {
  const page = await openSignedIn(path)
  await page.locator('#live[data-state=live]').waitFor()
  return page
}

async function report(server: TestServer): Promise<void> {
  const answer = await collector.post(paths.report(), server.credential, server.report.whole())
  expect(answer.statusCode).toBe(200)
}

async function reporting(name: string, flag?: string[]): Promise<TestServer> {
  const server = await collector.enroll(name)
  if (flag !== undefined) server.report.raiseFlag(flag)
  await report(server)
  return server
}

const rowOf = (page: Page, server: TestServer) => page.locator(`[data-rows] > [data-key="${server.id}"]`)
const namesIn = (page: Page) => page.locator('[data-rows] .c-server').allInnerTexts()

describe('signing in', () => {
  it('leads back to the page that was asked for, after saying what was wrong with a token', async () => {
    const server = await reporting('web-01')

    const page = await open(`/servers/${server.id}`)
    await page.getByLabel('API token').fill('ovdt_wrong_token')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('was not accepted').waitFor()
    await signIn(page)

    expect(page.url()).toBe(`${url}/servers/${server.id}`)
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('web-01')
  })

  it('is undone by signing out', async () => {
    const page = await openSignedIn('/')

    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('API token').waitFor()
    await page.goto(url)

    expect(new URL(page.url()).pathname).toBe('/login')
  })
})

describe('a page that stays open', () => {
  it('shows the flag of a server while you watch, without loading again', async () => {
    const server = await reporting('web-01')
    const page = await openLive('/')
    await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }))

    server.report.raiseFlag(['libssl3'])
    await report(server)
    await rowOf(page, server).getByText('Restart required').waitFor()

    expect(await rowOf(page, server).innerText()).toContain('libssl3')
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toContain('restart')
    expect(await page.evaluate(() => 'isSamePage' in globalThis)).toBe(true)
  })

  it('shows the first server ever in place of the way to add one', async () => {
    const page = await openLive('/')
    await page.getByText('overdue-collector join-key create').waitFor()

    const server = await reporting('first-01')

    await rowOf(page, server).waitFor()
    expect(await page.getByText('overdue-collector join-key create').count()).toBe(0)
  })

  it('copies the command that adds one', async () => {
    const page = await openSignedIn('/', { permissions: ['clipboard-read', 'clipboard-write'] })

    await page.getByRole('button', { name: 'Copy' }).last().click()
    await page.getByText('Copied').waitFor()

    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      `curl -fsSL ${url}/install.sh | sudo sh -s -- --join-key-file overdue.join`,
    )
  })

  it('keeps the order under the reader and offers the new one', async () => {
    await reporting('a-01')
    const second = await reporting('b-01')
    const page = await openLive('/')

    second.report.raiseFlag()
    await report(second)
    const offer = page.getByRole('button', { name: '1 changed – re-sort' })
    await offer.waitFor()
    const before = await namesIn(page)
    await offer.click()
    await offer.waitFor({ state: 'hidden' })

    expect(before).toEqual(['a-01', 'b-01'])
    expect(await namesIn(page)).toEqual(['b-01', 'a-01'])
  })

  it('takes the offer back when the old order is right again', async () => {
    await reporting('a-01')
    const second = await reporting('b-01')
    const page = await openLive('/')
    const offer = page.locator('#resort')

    second.report.raiseFlag()
    await report(second)
    await offer.waitFor({ state: 'visible' })
    second.report.clearFlag()
    await report(second)

    await offer.waitFor({ state: 'hidden' })
    expect(await rowOf(page, second).innerText()).toContain('OK')
  })

  it('follows a server that left the page, instead of showing what was true once', async () => {
    const joinKey = collector.createJoinKey()
    const watched = await reporting('watched-01', ['libc6'])
    const names = Array.from({ length: 100 }, (_, index) => `other-${String(index).padStart(3, '0')}`)
    await Promise.all(names.map((name) => collector.enroll(name, joinKey)))
    const page = await openLive('/')

    watched.report.clearFlag()
    await report(watched)

    await rowOf(page, watched).getByText('OK', { exact: true }).waitFor()
    expect((await namesIn(page))[0]).toBe('watched-01')
    expect(await page.locator('#resort').isVisible()).toBe(true)
  })

  it('keeps the focus on the row that was replaced', async () => {
    const server = await reporting('web-01')
    const page = await openLive('/')
    await page.getByRole('link', { name: 'web-01' }).focus()

    server.report.raiseFlag()
    await report(server)
    await rowOf(page, server).getByText('Restart required').waitFor()

    expect(await page.evaluate('document.activeElement.textContent')).toBe('web-01')
  })

  it('patches the page of one server, evidence and history included', async () => {
    const server = await reporting('web-01')
    const page = await openLive(`/servers/${server.id}`)

    server.report.raiseFlag(['libssl3'])
    await report(server)
    await page.getByRole('heading', { name: 'Why' }).waitFor()

    expect(await page.locator('.panel-evidence').innerText()).toContain('*** System restart required *** (libssl3)')
    expect(await page.locator('.panel-history li').first().innerText()).toContain('Restart required')
  })

  it('reads itself again once a second at most, however many servers change', { timeout: 90_000 }, async () => {
    const servers = [await reporting('web-01'), await reporting('web-02')]
    const page = await openLive('/')
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
      for (const server of servers) {
        server.report.raiseFlag([`package-${round}`])
        await report(server)
      }
      return (await reads()).length >= 4
    }
    await until('four reads', changing, 60_000)

    const times = await reads()
    // A timer may fire a moment early; two reads within half a second are a fault.
    expect(times.slice(1).filter((time, at) => time - (times[at] ?? 0) < 900)).toEqual([])
  })

  it('reads nothing while nobody looks, and everything when somebody does again', async () => {
    const server = await reporting('web-01')
    const page = await openLive('/')
    const look = (isHidden: boolean) =>
      page.evaluate((hidden) => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
        document.dispatchEvent(new Event('visibilitychange'))
      }, isHidden)
    await look(true)
    let reads = 0
    page.on('request', (request) => (reads += request.resourceType() === 'xhr' ? 1 : 0))

    server.report.raiseFlag(['libssl3'])
    await report(server)
    // The browser has had its turn: what an event brought about would have been asked for by now.
    await page.evaluate(() => fetch('/-/healthy').then((answer) => answer.text()))
    const whileHidden = reads
    await look(false)
    await rowOf(page, server).getByText('Restart required').waitFor()

    expect(whileHidden).toBe(0)
  })

  it('counts in the tab who needs a person', async () => {
    const server = await reporting('web-01', ['libc6'])
    collector.clock.step(30 * DAY_MS - 60_000)
    await report(server)
    const page = await openLive('/')
    const before = await page.title()

    collector.clock.step(120_000)
    await report(server)
    await rowOf(page, server).getByText('Stale').waitFor()

    expect(before).toBe('Overdue')
    expect(await page.title()).toBe('(1) Overdue')
  })

  it('announces changes to those who listen', async () => {
    const server = await reporting('web-01')
    const page = await openLive('/')

    server.report.raiseFlag()
    await report(server)

    const said = page.locator('#announcer', { hasText: 'One server changed.' })
    await said.waitFor({ state: 'attached' })
    expect(await said.innerText()).toContain('The one server needs a restart')
  })

  it('says that updates are paused, as of when, and goes on by itself', async () => {
    const server = await reporting('web-01')
    const page = await openLive('/')

    await page.route('**/api/v1/events', (route) => route.abort())
    collector.app.server.closeAllConnections()
    await page.getByText('Live updates paused, data as of 12:00:00 UTC.').waitFor()
    await page.unroute('**/api/v1/events')
    server.report.raiseFlag()
    await report(server)

    await page.locator('#paused').waitFor({ state: 'hidden', timeout: 15_000 })
    await rowOf(page, server).getByText('Restart required').waitFor()
    expect(await page.locator('#live').innerText()).toBe('Live')
  })

  it('says so when the session has ended, and keeps what it shows', async () => {
    const server = await reporting('web-01')
    const page = await openLive('/')

    const [{ id } = { id: '' }] = collector.ctx.store.tokens()
    const audit = { at: collector.clock.now(), actor: 'test', action: 'token.revoke', subject: id, detail: {} }
    collector.ctx.store.revokeToken(id, collector.clock.now(), audit)
    collector.app.server.closeAllConnections()

    await page.getByRole('link', { name: 'Sign in again' }).waitFor({ timeout: 15_000 })
    expect(await rowOf(page, server).count()).toBe(1)
  })

  it('says the same words about time as the server does', async () => {
    const page = await openSignedIn('/')
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

describe('without scripts', () => {
  it('every page is complete', async () => {
    const server = await reporting('web-01', ['libssl3'])
    const page = await openSignedIn('/', { javaScriptEnabled: false })

    const list = await rowOf(page, server).innerText()
    await page.getByRole('link', { name: 'web-01' }).click()
    const main = await page.locator('main').innerText()

    expect(list).toContain('Restart required')
    expect(main).toContain('*** System restart required *** (libssl3)')
    expect(main).toContain('sudo reboot')
  })
})

describe('the keyboard', () => {
  it('skips to the content, reaches a server and opens it', async () => {
    const server = await reporting('web-01')
    const page = await openSignedIn('/')
    await page.goto(url)

    await page.keyboard.press('Tab')
    const first = await page.evaluate('document.activeElement.textContent')
    await page.keyboard.press('Enter')
    // Four tiles, the field, its button, the file: then the list.
    for (let stop = 0; stop < 8; stop++) await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/servers/${server.id}`)

    expect(first).toBe('Skip to content')
  })
})

describe('hostile names', () => {
  it('run nothing in a real browser', async () => {
    const texts = hostileTexts()
    const joinKey = collector.createJoinKey()
    const servers: TestServer[] = []
    for (const text of texts) {
      const server = await collector.enroll(text, joinKey)
      server.report.raiseFlag([text])
      await report(server)
      servers.push(server)
    }
    const page = await openSignedIn('/')
    const dialogs: string[] = []
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message())
      return dialog.dismiss()
    })

    const found: unknown[] = []
    for (const path of ['/', '/?page=2', ...servers.slice(0, 12).map(({ id }) => `/servers/${id}`)]) {
      await page.goto(url + path)
      found.push(await page.evaluate(() => (globalThis as { pwned?: unknown }).pwned))
      found.push(await page.locator('main :is(script, iframe, img, object, embed, base, meta, style)').count())
    }

    expect(found.filter((value) => value !== undefined && value !== 0)).toEqual([])
    expect(dialogs).toEqual([])
    expect(new URL(page.url()).origin).toBe(url)
  }, 60_000)
})

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  it('no page has an accessibility fault that a machine can find', async () => {
    const page = await open('/login', { colorScheme })
    const faults = await faultsOf(page, 'login')
    await page.getByLabel('API token').fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('was not accepted').waitFor()
    faults.push(...(await faultsOf(page, 'login refused')))
    await signIn(page)
    faults.push(...(await faultsOf(page, 'fleet, empty')))

    const { required, silent, blind } = await mixedFleet()
    for (const path of ['/', ...[required, silent, blind].map(({ id }) => `/servers/${id}`), '/servers/snone']) {
      await page.goto(url + path)
      faults.push(...(await faultsOf(page, path)))
    }

    expect(faults).toEqual([])
  }, 60_000)
})

describe('a narrow window', () => {
  it.each([320, 768, 1210, 1350, 1440])('of %i pixels never scrolls sideways, whatever the names', async (width) => {
    const { required, blind } = await mixedFleet()
    const page = await openSignedIn('/', { viewport: { width, height: 640 } })

    const widths: number[] = []
    for (const path of ['/', `/servers/${required.id}`, `/servers/${blind.id}`, '/servers/snone']) {
      await page.goto(url + path)
      widths.push(await page.evaluate<number>('document.documentElement.scrollWidth'))
    }

    expect(widths).toEqual(widths.map(() => width))
  })

  it('fits the login, too', async () => {
    const page = await open('/login', { viewport: { width: 320, height: 640 } })

    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320)
  })

  it('every link and button is large enough to hit', async () => {
    await mixedFleet()
    const page = await openSignedIn('/', { viewport: { width: 320, height: 640 } })

    const heights: number[] = []
    for (const target of await page.locator('main a, header a, header button').all()) {
      heights.push((await target.boundingBox())?.height ?? 0)
    }

    expect(Math.min(...heights)).toBeGreaterThanOrEqual(24)
  })
})

async function faultsOf(page: Page, where: string): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(AXE_TAGS).analyze()
  return violations.map(({ id, nodes }) => `${where}: ${id} at ${nodes.map(({ html }) => html).join(' | ')}`)
}

/** One server of every kind a person has to tell apart. */
async function mixedFleet() {
  const silent = await reporting('silent-01', ['libc6'])
  collector.clock.step(DAY_MS)
  const required = await reporting('a-name-without-any-place-to-break-it-at.datacentre.example.internal'.repeat(3), [
    'linux-image-6.1.0-41-cloud-amd64-unsigned-with-a-very-long-suffix-that-does-not-end',
  ])
  const blind = await reporting('blind-01')
  blind.report.state.sentinel = { outcome: 'failed', reason: `EACCES: /run/${'x'.repeat(200)}`, value: null }
  await report(blind)
  await reporting('ok-01')
  await collector.enroll('never-01')
  return { silent, required, blind }
}

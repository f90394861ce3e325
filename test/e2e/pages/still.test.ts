// What comes and goes on an open page takes a place that is there already: nothing else moves under the reader.
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { snoozeServer } from '../../../collector/actions/snooze-servers.ts'
import { Sweeper } from '../../../collector/sweep/sweeper.ts'
import { observed } from '../../../shared/sections/section.ts'
import { listener } from '../../collector/actions/acting-collector.ts'
import { LivePages } from '../../support/live-pages.ts'
import type { TestServer } from '../../support/test-collector.ts'
import { until } from '../../support/until.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** Shorter than what the blind guard takes for a pause. */
const STEP_MS = 9_000
let site: LivePages
let sweeper: Sweeper

// A collector for each: another test's servers would count on the first page, too.
beforeEach(async () => {
  site = await LivePages.start()
  sweeper = new Sweeper(site.collector.ctx)
})
afterEach(async () => {
  await sweeper.stop()
  await site.close()
})

/** Every layout shift that no input of the reader explains, with what moved. */
const WATCH = `
  globalThis.moved = []
  new PerformanceObserver((list) => list.getEntries().forEach(({ value, hadRecentInput, sources }) => {
    if (hadRecentInput) return
    const what = sources.map(({ node, previousRect, currentRect }) =>
      (node?.outerHTML ?? node?.nodeName ?? '').slice(0, 60) + ' ' + previousRect.y + '->' + currentRect.y)
    moved.push(value.toFixed(4) + ': ' + what.join(', '))
  })).observe({ type: 'layout-shift', buffered: true })`

/** Where everything stands that a reader may be about to click: also what was replaced, which is no layout shift. */
const placesOn = (page: Page) =>
  page.evaluate(() => {
    const kinds = [
      '.top nav',
      'h1',
      '.notices',
      '.tile',
      '#q',
      '.examples',
      '#list-title',
      '[data-rows] > tr',
      '.charts',
    ]
    return kinds.flatMap((kind) =>
      Array.from(document.querySelectorAll(kind), (element, at) => {
        const { left, top, bottom } = element.getBoundingClientRect()
        // A heading may grow upwards, into room that nothing else has, and what is last downwards.
        const edges = kind === 'h1' ? [bottom] : kind === '.charts' ? [top] : [top, bottom]
        return `${kind} ${at}: ${[left, ...edges].map(Math.round).join(' ')}`
      }),
    )
  })

const painted = (page: Page) =>
  page.evaluate(
    'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve))))',
  )

/** Time goes by as for a collector that looks every few seconds; `beating` are heard all the while. */
async function pass(ms: number, beating: readonly TestServer[]): Promise<void> {
  for (let passed = 0; passed < ms; passed += STEP_MS) {
    site.collector.clock.step(STEP_MS)
    if (passed % (5 * STEP_MS) === 0) for (const server of beating) await site.report(server)
    await sweeper.tick()
  }
}

/** Comes back to the page: it is read again, as it is every half minute. */
const readAgain = (page: Page) => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))

type Act = { what: string; act: () => Promise<void>; shows: string }

/** What a fleet goes through, each with a text that an open page shows then. */
function acts(application: string, servers: readonly [TestServer, TestServer, TestServer, TestServer]): Act[] {
  const { collector } = site
  const [first, , third] = servers
  const quiet = servers.slice(0, -1)
  const by = { at: collector.clock.now(), actor: 'test', name: 'anna', from: null }
  return [
    {
      what: 'a restart is required, for many packages with long names',
      act: () => site.change(third, ['linux-image-6.1.0-41-cloud-amd64-unsigned-with-a-long-name', 'libssl3']),
      shows: 'linux-image-6.1.0-41-cloud-amd64-unsigned-with-a-long-name +1',
    },
    {
      what: 'one cannot be looked at any more, for a reason that takes long to tell',
      act: () => {
        const reason = `EACCES: /run/${'reboot-required-'.repeat(12)}`
        third.report.state.sentinel = { outcome: 'failed', reason, value: null }
        return pass(6 * MINUTE_MS, servers)
      },
      shows: 'Cannot tell whether',
    },
    { what: 'one becomes stale', act: () => pass(6 * MINUTE_MS, servers), shows: '1 stale' },
    {
      what: 'anyone can reach it, too',
      act: () => {
        first.report.state.listeners = observed([listener()])
        return site.report(first)
      },
      shows: '1 exposed, 1 stale',
    },
    {
      what: 'one is snoozed',
      act: async () => {
        await snoozeServer(collector.ctx, first.id, { until: collector.clock.now() + DAY_MS, reason: 'later' }, by)
      },
      shows: '1 snoozed',
    },
    { what: 'one falls late', act: () => pass(6 * MINUTE_MS, quiet), shows: '1 late' },
    {
      what: 'one waits for approval',
      act: async () => {
        await collector.enroll('waiting-01', collector.createJoinKey({ application, approve: 'pending' }))
      },
      shows: 'Servers',
    },
    {
      what: 'the collector was blind',
      act: async () => {
        collector.clock.step(6 * MINUTE_MS)
        await sweeper.tick()
      },
      shows: 'was paused',
    },
    {
      what: 'it has heard everybody again',
      act: async () => {
        for (const server of servers) await site.report(server)
        await pass(2 * STEP_MS, servers)
      },
      shows: 'Every server is heard',
    },
  ]
}

describe('what is longer than its place', { timeout: 60_000 }, () => {
  it('is scrolled to by keyboard, too, until the window gets another size', async () => {
    const servers = await site.servers('crowded', ['a-01', 'b-01', 'c-01'])
    for (const server of servers) await site.change(server, ['libc6'])
    site.collector.clock.step(30 * DAY_MS - MINUTE_MS)
    for (const server of servers) await site.report(server)
    const page = await site.openLive('/apps/crowded')
    const place = page.locator('[data-steady]', { has: page.locator('.notices') })
    const height = () => place.evaluate((element) => element.getBoundingClientRect().height)
    const before = await height()

    site.collector.clock.step(2 * MINUTE_MS)
    for (const server of servers) await site.report(server)
    await page.getByText('3 stale').first().waitFor()
    await place.focus()
    await page.keyboard.press('End')
    await until('the last notice', async () => (await place.evaluate(({ scrollTop }) => scrollTop)) > 0)
    const crowded = await height()
    await page.setViewportSize({ width: 1_200, height: 800 })
    await until('all of them', async () => (await height()) > before)

    expect(crowded).toBe(before)
    expect(await place.getAttribute('tabindex')).toBe(null)
  })
})

describe.each([
  ['a laptop', { width: 1_280, height: 800 }],
  ['a phone', { width: 390, height: 844 }],
])('an open page on %s', { timeout: 120_000 }, (device, viewport) => {
  it('stands still while the fleet changes, and while the stream falls and comes back', async () => {
    const application = device.replace(' ', '-')
    const join = (name: string) => site.server(application, name)
    const servers = [await join('a-01'), await join('b-01'), await join('c-01'), await join('d-01')] as const
    const [first] = servers
    await site.change(first, ['libc6'])
    site.collector.clock.step(30 * DAY_MS - 10 * MINUTE_MS)
    for (const server of servers) await site.report(server)
    await pass(STEP_MS, servers)
    const pages = await Promise.all(
      [`/?q=app:${application}`, `/apps/${application}`].map(async (path) => {
        const page = await site.openAs('reader', '/help', { viewport })
        await page.addInitScript(WATCH)
        await page.goto(site.url + path)
        await page.locator('#live[data-state=live]').waitFor()
        await painted(page)
        // What a load moves is measured where loads are: scripts/prove/pages.ts.
        await page.evaluate('moved.splice(0)')
        return { path, page }
      }),
    )
    const start = await Promise.all(pages.map(({ page }) => placesOn(page)))

    const moved: string[] = []
    const look = async (what: string) => {
      for (const [at, { path, page }] of pages.entries()) {
        await painted(page)
        const seen = await page.evaluate<string[]>('moved.splice(0)')
        const before = new Set(start[at])
        const places = (await placesOn(page)).filter((place) => !before.has(place))
        moved.push(...[...seen, ...places].map((one) => `${path}, ${what}: ${one}`))
      }
    }
    for (const { what, act, shows } of acts(application, servers)) {
      await act()
      for (const { page } of pages) {
        await readAgain(page)
        await page.getByText(shows).first().waitFor()
      }
      await look(what)
    }
    for (const { page } of pages) await page.route('**/api/v1/events', (route) => route.abort())
    site.collector.app.server.closeAllConnections()
    for (const { page } of pages) await page.getByText('Live updates paused').waitFor()
    await look('the stream fell')
    for (const { page } of pages) await page.unroute('**/api/v1/events')
    for (const { page } of pages) await page.locator('#paused').waitFor({ state: 'hidden' })
    await look('the stream is back')

    expect(moved).toEqual([])
  })
})

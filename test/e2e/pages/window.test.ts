// Every page fits every window, stands still while its times go on, and has targets that a finger hits.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { snoozeServer } from '../../../collector/actions/snooze-servers.ts'
import { observed } from '../../../shared/sections/section.ts'
import { listener } from '../../collector/actions/acting-collector.ts'
import { fillSite } from '../../support/filled-site.ts'
import { listOf, LivePages } from '../../support/live-pages.ts'

let site: LivePages
let everyPage: string[]

beforeAll(async () => {
  site = await LivePages.start()
  const { watching, still } = await fillSite(site)
  everyPage = [...watching, ...still]
})
afterEach(() => site.closePages())
afterAll(() => site.close())

describe('a window', { timeout: 120_000 }, () => {
  it('never scrolls sideways, whatever the names', async () => {
    const page = await site.openAs('admin', '/')

    const tooWide: string[] = []
    for (const path of ['/login', ...everyPage]) {
      await page.goto(site.url + path)
      for (const width of [320, 390, 768, 1210, 1350, 1440]) {
        await page.setViewportSize({ width, height: 640 })
        const scrolled = await page.evaluate<number>('document.documentElement.scrollWidth')
        if (scrolled !== width) tooWide.push(`${path} at ${width}: ${scrolled}`)
      }
    }

    expect(tooWide).toEqual([])
  })

  it('stands still while times go on', async () => {
    const page = await site.openAs('admin', '/')
    await page.addInitScript(`
      globalThis.moved = 0
      new PerformanceObserver((list) => list.getEntries().forEach((entry) => { moved += entry.value }))
        .observe({ type: 'layout-shift', buffered: true })`)
    // Seconds, minutes, hours and days that have one digit more, or one part less.
    const aheadMs = [9e3, 59e3, 60e3, 600e3, 3_599e3, 3_600e3, 3_660e3, 36e6, 864e5, 9e7, 864e6, 95e8]
    const go = `import('/assets/time.js').then(async ({ tick }) => {
      const pictures = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
      await pictures()
      // What a load moves is measured where loads are: scripts/prove/pages.ts.
      await new Promise((resolve) => setTimeout(resolve))
      moved = 0
      for (const ms of ${JSON.stringify(aheadMs)}) {
        tick(document, Number(document.documentElement.dataset.now) + ms)
        await pictures()
      }
      return moved
    })`

    const moved: string[] = []
    for (const path of everyPage) {
      await page.goto(site.url + path)
      const shift = await page.evaluate<number>(go)
      if (shift > 0) moved.push(`${path}: ${shift}`)
    }

    expect(moved).toEqual([])
  })

  it('has rows of one height, snoozed or not, with a reason or without', async () => {
    const { ctx, clock } = site.collector
    const servers = await site.servers('rows', ['quiet', 'needed', 'exposed', 'exposed-and-put-off', 'put-off'])
    for (const { report } of servers.slice(2, 4)) report.state.listeners = observed([listener()])
    for (const server of servers.slice(1)) await site.change(server, ['linux-image-6.1.0-41-cloud-amd64', 'libssl3'])
    const said = { until: clock.now() + 30 * 3_600_000, reason: 'later' }
    const by = { at: clock.now(), actor: 'test', name: 'anna', from: null }
    for (const { id } of servers.slice(3)) await snoozeServer(ctx, id, said, by)
    const page = await site.openAs('reader', listOf('rows'))

    const heights = await page
      .locator('[data-rows] > tr')
      .evaluateAll((rows) => rows.map((row) => Math.round(row.getBoundingClientRect().height)))

    expect(await page.locator('.snoozed').count()).toBe(2)
    expect(heights).toHaveLength(servers.length)
    expect(new Set(heights).size).toBe(1)
  })

  it('has links and buttons large enough to hit, on a narrow one too', async () => {
    const page = await site.openAs('admin', '/', { viewport: { width: 320, height: 640 } })

    const small: string[] = []
    for (const path of everyPage) {
      await page.goto(site.url + path)
      const found = await page.locator('main, header').evaluateAll((roots) =>
        roots
          .flatMap((root) => [...root.querySelectorAll<HTMLElement>('a, button, summary, input, select')])
          // WCAG 2.2, 2.5.8: a link within a sentence may be as high as its line.
          .filter((target) => target.checkVisibility() && !target.closest('p, dd, .sr'))
          .filter((target) => target.getBoundingClientRect().height < 24 && !target.matches('[type=checkbox]'))
          .map((target) => target.outerHTML),
      )
      small.push(...found.map((target) => `${path}: ${target}`))
    }

    expect(small).toEqual([])
  })
})

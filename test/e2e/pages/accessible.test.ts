// Every page in both themes has no accessibility fault that a machine can find, and fits every window.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { declarePort } from '../../../collector/actions/declare-port.ts'
import { snoozeServer } from '../../../collector/actions/snooze-servers.ts'
import { observed } from '../../../shared/sections/section.ts'
import { listener } from '../../collector/actions/acting-collector.ts'
import { believableFleet } from '../../support/believable-fleet.ts'
import { faultsOf, LivePages } from '../../support/live-pages.ts'

const DAY_MS = 86_400_000
const LONG_NAME = 'a-name-without-any-place-to-break-it-at.datacentre.example.internal'.repeat(3)
/** Beside the fleet: these say something else before anything has happened. */
const EMPTY = ['/history', '/settings/join-keys']
let site: LivePages
let everyPage: string[]

beforeAll(async () => {
  site = await LivePages.start()
})
afterEach(() => site.closePages())
afterAll(() => site.close())

/** One server of every kind a person has to tell apart, names that do not break, and everything settings can hold. */
async function fill(): Promise<string[]> {
  const { collector } = site
  const { ctx, clock } = collector
  const [silent] = await site.servers('old', ['silent-01'])
  clock.step(DAY_MS)
  const [required, blind] = await site.servers(LONG_NAME.slice(0, 200), [LONG_NAME, 'blind-01'])
  if (silent === undefined || required === undefined || blind === undefined) throw new Error('no servers')
  required.report.raiseFlag(['linux-image-6.1.0-41-cloud-amd64-unsigned-with-a-very-long-suffix-that-does-not-end'])
  required.report.state.listeners = observed([listener()])
  await site.report(required)
  const by = { at: clock.now(), actor: 'test', name: 'n'.repeat(64), from: null }
  const said = { until: by.at + DAY_MS, reason: 'w'.repeat(200) }
  await snoozeServer(ctx, required.id, said, by)
  await declarePort(ctx, required.id, { protocol: 'tcp', port: 443, family: null, verdict: 'filtered', ...said }, by)
  blind.report.state.sentinel = { outcome: 'failed', reason: `EACCES: /run/${'x'.repeat(200)}`, value: null }
  await site.report(blind)
  await collector.enroll('never-01')
  for (const record of believableFleet(clock.now()))
    await ctx.store.transact((tx) => tx.putServer(record, [], clock.now()))
  const yesterday = Math.floor(clock.now() / DAY_MS) - 1
  const tally = { promoted: 4, restartRequired: 3, cannotTell: 2, total: 16 }
  for (const day of [yesterday - 7, yesterday]) ctx.store.saveDayCounts(day, new Map([[null, tally]]))
  collector.createJoinKey({ cidrs: ['2001:db8:1234:5678:9abc:def0:1234:0/112'], application: LONG_NAME.slice(0, 200) })
  return [
    '/',
    '/?q=colour:red',
    '/?q=app:nobody',
    `/apps/${LONG_NAME.slice(0, 200)}`,
    ...[silent, required, blind].map(({ id }) => `/servers/${id}`),
    '/servers/snone',
    '/history',
    '/history?from=never',
    '/history?q=app:nobody',
    '/settings/policy?preview=1&otherwiseDays=5',
    '/settings/policy?preview=1&otherwiseDays=x',
    '/settings/join-keys',
    '/settings/tokens',
    '/settings/audit',
    '/help',
    '/help/errors',
  ]
}

// In this order: the collector is empty until the second of them.
describe('no page has an accessibility fault that a machine can find', { timeout: 300_000 }, () => {
  it('with nothing in it', async () => {
    const page = await site.openAs('admin', '/')
    const faults = await faultsOf(page, 'fleet, empty')
    for (const path of EMPTY) {
      await page.goto(site.url + path)
      faults.push(...(await faultsOf(page, `${path}, empty`)))
    }
    const signedOut = await site.open('/login')
    faults.push(...(await faultsOf(signedOut, 'login')))
    await signedOut.getByLabel('API token').fill('wrong')
    await signedOut.getByRole('button', { name: 'Sign in' }).click()
    await signedOut.getByText('was not accepted').waitFor()
    faults.push(...(await faultsOf(signedOut, 'login refused')))

    expect(faults).toEqual([])
  })

  it('with everything in it', async () => {
    everyPage = await fill()
    const page = await site.openAs('admin', '/')

    const faults: string[] = []
    for (const path of everyPage) {
      await page.goto(site.url + path)
      for (const summary of await page.locator('summary').all()) await summary.click()
      faults.push(...(await faultsOf(page, path)))
    }
    await page.goto(site.url)
    await page.keyboard.press('x')
    await page.keyboard.press('x')
    faults.push(...(await faultsOf(page, 'with a server selected')))
    await page.goto(`${site.url}/settings/join-keys`)
    await page.getByRole('button', { name: 'Make it' }).click()
    await page.locator('.secret').waitFor()
    faults.push(...(await faultsOf(page, 'a new join key')))

    expect(faults).toEqual([])
  })
})

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

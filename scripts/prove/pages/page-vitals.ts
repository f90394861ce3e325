// What a browser itself measures of a page: when its first and its largest content stood there, how much of it moved, how
// long it took to answer whoever uses it, and how much it had to fetch.
import type { Browser, BrowserContext, Page } from 'playwright-core'

/** Times in ms, sizes in bytes as they came over the wire. `shift`: cumulative layout shift, without unit. */
export type Vitals = { firstContentMs: number; largestContentMs: number; shift: number; script: number; style: number }

/** Buffered, for every page of the context from its beginning. */
const WATCH = `
  globalThis.vitals = { largest: 0, shift: 0, moved: [], slowest: 0, interactions: 0 }
  const watch = (type, take, options = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...options })
  watch('largest-contentful-paint', ({ startTime }) => { vitals.largest = startTime })
  watch('layout-shift', ({ value, hadRecentInput, sources }) => {
    if (hadRecentInput) return
    vitals.shift += value
    vitals.moved.push(...sources.map(({ node, previousRect, currentRect }) =>
      (node?.outerHTML ?? node?.nodeName ?? '').slice(0, 80) + ' ' + previousRect.y + '->' + currentRect.y))
  })
  watch('event', ({ interactionId, duration }) => {
    if (interactionId === 0) return
    vitals.interactions += 1
    vitals.slowest = Math.max(vitals.slowest, duration)
  }, { durationThreshold: 16 })`

/** A browser window that is signed in, through the form. */
export async function signIn(browser: Browser, url: string, token: string): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  await context.addInitScript(WATCH)
  const page = await context.newPage()
  await page.goto(`${url}/login`)
  await page.getByLabel('API token').fill(token)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  await page.close()
  return context
}

/** Loads the page as for the first time, with nothing kept from before. */
export async function vitalsOf(context: BrowserContext, url: string): Promise<Vitals> {
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  await session.send('Network.setCacheDisabled', { cacheDisabled: true })
  await page.goto(url, { waitUntil: 'load' })
  await settled(page)
  const found = await page.evaluate<Vitals>(`(() => {
    const fetched = (end) => performance.getEntriesByType('resource')
      .filter(({ name }) => new URL(name).pathname.endsWith(end))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)
    return {
      firstContentMs: performance.getEntriesByName('first-contentful-paint')[0].startTime,
      largestContentMs: vitals.largest,
      shift: vitals.shift,
      script: fetched('.js'),
      style: fetched('.css'),
    }
  })()`)
  await page.close()
  return found
}

/** Does to the list what people do there. Returns the slowest answer in ms, from the key or click to the next picture. */
export async function slowestInteraction(
  context: BrowserContext,
  url: string,
): Promise<{ ms: number; interactions: number }> {
  const page = await context.newPage()
  await page.goto(url)
  await page.locator('#live[data-state=live]').waitFor()
  for (const key of ['j', 'j', 'k', '?', 'Escape', '/']) await pressed(page, key)
  for (const key of 'app:shop ') await pressed(page, key)
  for (const key of ['ArrowDown', 'Escape', 'Tab']) await pressed(page, key)
  for (const choice of ['utc', 'local', 'relative']) {
    await page.getByLabel('Times', { exact: true }).selectOption(choice)
    await settled(page)
  }
  await pressed(page, 'Control+k')
  for (const key of 'web-03') await pressed(page, key)
  await pressed(page, 'Escape')
  await page.getByText('What to search for').click()
  for (const summary of await page.getByText('As a table').all()) await summary.click()
  await settled(page)
  const found = await page.evaluate<{ ms: number; interactions: number }>(
    '({ ms: vitals.slowest, interactions: vitals.interactions })',
  )
  await page.close()
  return found
}

async function pressed(page: Page, key: string): Promise<void> {
  await page.keyboard.press(key)
  await settled(page)
}

/** Two pictures later, whatever an event brought about has been painted and told to observers. */
function settled(page: Page): Promise<unknown> {
  return page.evaluate(
    'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 50))))',
  )
}

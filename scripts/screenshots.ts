// Takes the pictures of README and docs: docs/images/PAGE-{light,dark}.png, of the real collector in a temporary folder
// with believable servers and a moment that never changes, so that a new picture differs only where a page does.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../test/support/browser.ts'
import { openPageSite, type PageSite } from '../test/support/page-site.ts'

const DIRECTORY = join(import.meta.dirname, '..', 'docs', 'images')
const SIZE = { width: 1280, height: 800 }
/** Shown whole: what makes these pages is further down. */
const WHOLE = ['server', 'first-run']
/** Around what is cut out of a page. */
const EDGE = 24

mkdirSync(DIRECTORY, { recursive: true })
const installer = mkdtempSync(join(tmpdir(), 'overdue-screenshots-'))
writeFileSync(join(installer, 'SHA256SUMS'), `${'0'.repeat(64)}  install.sh\n`)
{
  await using browser = await launchBrowser()
  await using site = await openPageSite()
  await takeAll(browser, site, site.pages)
  await using empty = await openPageSite(installer)
  await takeAll(browser, empty, { 'first-run': '/' })
}
rmSync(installer, { recursive: true })

async function takeAll(browser: Browser, site: PageSite, pages: Readonly<Record<string, string>>): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    const fileOf = (name: string) => join(DIRECTORY, `${name}-${colorScheme}.png`)
    for (const [name, path] of Object.entries(pages)) {
      // Without scripts the page stands still: no tick moves a time away from the moment of the picture.
      const page = await site.open(browser, path, { colorScheme, viewport: SIZE, javaScriptEnabled: false })
      await page.screenshot({ path: fileOf(name), fullPage: WHOLE.includes(name) })
      if (name === 'fleet') await takeCharts(page, fileOf('charts'))
      await page.context().close()
    }
  }
}

async function takeCharts(page: Page, path: string): Promise<void> {
  const box = await page.locator('.charts').boundingBox()
  if (box === null) throw new Error('the fleet has no charts to take a picture of')
  const { x, y, width, height } = box
  const clip = { x: x - EDGE, y: y - EDGE, width: width + 2 * EDGE, height: height + 2 * EDGE }
  await page.screenshot({ path, fullPage: true, clip })
}

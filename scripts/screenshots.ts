// Takes the pictures of README and docs: docs/images/PAGE-{light,dark}.png, of the real collector in a temporary folder
// with believable servers and a moment that never changes, so that a new picture differs only where a page does.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { launchBrowser } from '../test/support/browser.ts'
import { openPageSite } from '../test/support/page-site.ts'

const DIRECTORY = join(import.meta.dirname, '..', 'docs', 'images')
const SIZE = { width: 1280, height: 800 }
/** Shown whole: what makes this page is further down. */
const WHOLE = 'server'

mkdirSync(DIRECTORY, { recursive: true })
await using site = await openPageSite()
await using browser = await launchBrowser()
for (const colorScheme of ['light', 'dark'] as const) {
  for (const [name, path] of Object.entries(site.pages)) {
    // Without scripts the page stands still: no tick moves a time away from the moment of the picture.
    const page = await site.open(browser, path, { colorScheme, viewport: SIZE, javaScriptEnabled: false })
    await page.screenshot({ path: join(DIRECTORY, `${name}-${colorScheme}.png`), fullPage: name === WHOLE })
    await page.context().close()
  }
}

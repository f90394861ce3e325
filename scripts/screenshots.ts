// Takes the pictures of README and docs: docs/images/{fleet,server,login}-{light,dark}.png, from servers that exist in
// memory only and a moment that never changes, so that a new picture differs only where a page does.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { launchBrowser } from '../test/support/browser.ts'
import { listenWithPages } from '../test/support/page-app.ts'

const DIRECTORY = join(import.meta.dirname, '..', 'docs', 'images')
const SIZE = { width: 1440, height: 900 }
const PAGES = { fleet: '/', server: '/servers/web-03', login: '/login' }

mkdirSync(DIRECTORY, { recursive: true })
await using site = await listenWithPages()
await using browser = await launchBrowser()
for (const colorScheme of ['light', 'dark'] as const) {
  // Without scripts the page stands still: no tick moves a time away from the moment of the picture.
  const context = await browser.newContext({
    colorScheme,
    viewport: SIZE,
    javaScriptEnabled: false,
    deviceScaleFactor: 1.5,
  })
  const page = await context.newPage()
  for (const [name, path] of Object.entries(PAGES)) {
    await page.goto(site.url + path)
    await page.screenshot({ path: join(DIRECTORY, `${name}-${colorScheme}.png`), fullPage: name === 'server' })
  }
  await context.close()
}

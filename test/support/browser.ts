// A real browser for the pages: Debian's chromium, driven by playwright-core, which downloads nothing.
import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

const QUIET = [
  '--no-sandbox', // Tests may run as root, where chromium refuses its sandbox; the pages are our own.
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Path of the browser: OVERDUE_CHROMIUM, else the usual places. Throws with the fix where there is none. */
function findChromium(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment['OVERDUE_CHROMIUM']
  const found = (named === undefined ? PLACES : [named]).find((path) => existsSync(path))
  if (found !== undefined) return found
  throw new Error(
    `no chromium at ${named ?? PLACES.join(', ')}: install it ("apt-get update && apt-get install chromium"), or name one in OVERDUE_CHROMIUM`,
  )
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: QUIET })
}

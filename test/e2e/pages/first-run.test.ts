// From the first address to the first server: signing in, the card that tells how to add one, and its first report.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { LivePages, rowOf } from '../../support/live-pages.ts'

const ARTEFACTS = mkdtempSync(join(tmpdir(), 'overdue-artefacts-'))
/** A browser on a busy machine. */
const WAIT = { timeout: 60_000 }
let site: LivePages
let token: string

beforeAll(async () => {
  writeFileSync(join(ARTEFACTS, 'SHA256SUMS'), `${'0'.repeat(64)}  install.sh\n`)
  site = await LivePages.start({ server: { artefactsFolder: ARTEFACTS } })
  token = site.collector.createToken('reader')
})
afterEach(() => site.closePages())
afterAll(async () => {
  await site.close()
  rmSync(ARTEFACTS, { recursive: true })
})

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('API token').fill(token)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
}

// In this order: the collector is empty until the last of them.
describe('the first run', WAIT, () => {
  it('leads back to the page that was asked for, after saying what was wrong with a token', async () => {
    const page = await site.open('/history?type=stale')
    await page.getByLabel('API token').fill('ovdt_wrong_token')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('was not accepted').waitFor()
    await signIn(page)

    expect(page.url()).toBe(`${site.url}/history?type=stale`)
  })

  it('is over for whoever signs out', async () => {
    const page = await site.openAs('reader', '/')

    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('API token').waitFor()
    await page.goto(site.url)

    expect(new URL(page.url()).pathname).toBe('/login')
  })

  it('copies the command that adds a server', async () => {
    const page = await site.openAs('reader', '/', { permissions: ['clipboard-read', 'clipboard-write'] })

    await page.getByRole('button', { name: 'Copy' }).last().click()
    await page.getByText('Copied').waitFor()

    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      `curl -fsSL ${site.url}/install.sh |\n  sudo sh -s -- --join-key-file overdue.join`,
    )
  })

  it('waits for the first report, and shows the server in place of the card', async () => {
    const page = await site.openLive('/')
    await page.getByText('Waiting for the first report.').waitFor()

    const [server] = await site.servers('shop', ['first-01'])
    if (server === undefined) throw new Error('no server')

    await page.getByRole('heading', { level: 1, name: 'The one server needs no restart now.' }).waitFor()
    expect(await rowOf(page, server).count()).toBe(1)
    expect(await page.getByText('overdue-collector join-key create').count()).toBe(0)
  })
})

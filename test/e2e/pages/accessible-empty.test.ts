// Pages with nothing in them, of somebody who is not signed in (any more), and of a collector that does not answer or fails
// have no accessibility fault that a machine can find, in either theme.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { faultsOf, LivePages } from '../../support/live-pages.ts'

/** What a new collector says before anything has happened. */
const EMPTY = ['/', '/history', '/settings/policy', '/settings/join-keys', '/settings/tokens', '/settings/audit']
let site: LivePages

beforeAll(async () => {
  site = await LivePages.start()
})
afterEach(() => site.closePages())
afterAll(() => site.close())

// In this order: with the last of them the store is gone.
describe('no page has an accessibility fault that a machine can find', { timeout: 180_000 }, () => {
  it('with nothing in it', async () => {
    const page = await site.openAs('admin', '/help')

    const faults: string[] = []
    for (const path of EMPTY) {
      await page.goto(site.url + path)
      faults.push(...(await faultsOf(page, path)))
    }

    expect(faults).toEqual([])
  })

  it('for somebody who is not signed in, and who is refused', async () => {
    const page = await site.open('/login')
    const faults = await faultsOf(page, 'login')
    await page.getByLabel('API token').fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('was not accepted').waitFor()
    faults.push(...(await faultsOf(page, 'login refused')))

    expect(faults).toEqual([])
  })

  it('while updates are paused, and after the session has ended', async () => {
    const page = await site.openAs('reader', '/')
    await page.locator('#live[data-state=live]').waitFor()
    await page.route('**/api/v1/events', (route) => route.abort())
    site.collector.app.server.closeAllConnections()
    await page.getByText('Live updates paused').waitFor()
    const faults = await faultsOf(page, 'paused')
    await page.context().clearCookies()
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await page.getByRole('link', { name: 'Sign in again' }).waitFor()
    faults.push(...(await faultsOf(page, 'signed out')))

    expect(faults).toEqual([])
  })

  it('when it could not be made', async () => {
    const page = await site.openAs('reader', '/help')
    site.collector.ctx.store.close()
    await page.goto(`${site.url}/history`)
    await page.getByRole('heading', { name: 'This page could not be made' }).waitFor()

    expect(await faultsOf(page, 'a fault')).toEqual([])
    expect(site.collector.logged.filter((line) => line.includes('page failed'))).toHaveLength(1)
  })
})

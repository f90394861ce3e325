// Lists and servers with everything in them have no accessibility fault that a machine can find, in either theme.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { fillSite } from '../../support/filled-site.ts'
import { faultsOf, LivePages } from '../../support/live-pages.ts'

let site: LivePages
let pages: string[]

beforeAll(async () => {
  site = await LivePages.start()
  pages = (await fillSite(site)).watching
})
afterEach(() => site.closePages())
afterAll(() => site.close())

describe('no page about servers has an accessibility fault that a machine can find', { timeout: 180_000 }, () => {
  it('with everything in it', async () => {
    const page = await site.openAs('admin', '/help')

    const faults: string[] = []
    for (const path of pages) {
      await page.goto(site.url + path)
      for (const summary of await page.locator('summary').all()) await summary.click()
      faults.push(...(await faultsOf(page, path)))
    }

    expect(faults).toEqual([])
  })

  it('with a server selected', async () => {
    const page = await site.openAs('admin', '/')
    await page.keyboard.press('x')
    await page.keyboard.press('x')

    expect(await faultsOf(page, 'selected', '#selection')).toEqual([])
  })
})

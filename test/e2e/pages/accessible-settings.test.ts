// History, settings and help with everything in them have no accessibility fault that a machine can find, in either theme.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { fillSite } from '../../support/filled-site.ts'
import { faultsOf, LivePages } from '../../support/live-pages.ts'

let site: LivePages
let pages: string[]

beforeAll(async () => {
  site = await LivePages.start()
  pages = (await fillSite(site)).still
})
afterEach(() => site.closePages())
afterAll(() => site.close())

describe(
  'no page of history, settings or help has an accessibility fault that a machine can find',
  { timeout: 180_000 },
  () => {
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

    it('for somebody who may not change anything', async () => {
      const page = await site.openAs('reader', '/settings/policy')
      const faults = await faultsOf(page, 'policy, of a reader')
      await page.goto(`${site.url}/settings/tokens`)
      faults.push(...(await faultsOf(page, 'tokens, of a reader')))

      expect(faults).toEqual([])
    })

    it('with a new join key', async () => {
      const page = await site.openAs('admin', '/settings/join-keys')
      await page.getByRole('button', { name: 'Make it' }).click()
      await page.locator('.secret').waitFor()

      expect(await faultsOf(page, 'a new join key')).toEqual([])
    })
  },
)

// What readers choose and where they go without a mouse: the palette, copied times, columns of their own.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { faultsOf, isRequired, listOf, LivePages, rowOf } from '../support/live-pages.ts'

const WAIT = { timeout: 60_000 }
let site: LivePages
beforeAll(async () => {
  site = await LivePages.start()
})
afterEach(() => site.closePages())
afterAll(() => site.close())

const OPTIONS = '#palette-options [role=option]'

describe('the palette', WAIT, () => {
  it('goes to a server by its name, from a field as from anywhere, with single keys turned off', async () => {
    const [, wanted] = await site.servers('go', ['go-01', 'go-02'])
    const page = await site.openAs('reader', '/history')
    await page.evaluate(() => localStorage.setItem('overdue.keys', 'off'))
    await page.reload()

    await page.getByLabel('From', { exact: true }).focus()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('go-02')
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/servers/${wanted?.id}`)

    expect(await page.title()).toContain('go-02')
  })

  it('names pages, applications and servers as one types, and is a combobox that a machine finds no fault with', async () => {
    await site.servers('palette-app', ['palette-01'])
    const page = await site.openAs('reader', '/help')

    await page.getByRole('button', { name: 'Go to…' }).click()
    const places = await page.locator(OPTIONS).allInnerTexts()
    await page.keyboard.type('palette')
    await page.locator(OPTIONS, { hasText: 'Search for palette' }).waitFor()
    const found = await page.locator(`${OPTIONS} > :first-child`).allInnerTexts()
    const faults = await faultsOf(page, 'palette', '#palette')
    await page.keyboard.press('ArrowDown')
    const marked = await page.locator('#palette [aria-selected=true]').getAttribute('id')
    const active = await page.getByRole('combobox', { name: 'Go to' }).getAttribute('aria-activedescendant')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/?q=palette')

    expect(places.length).toBeGreaterThan(5)
    expect(found).toEqual(['palette-app', 'palette-01', 'Search for palette'])
    expect(faults).toEqual([])
    expect(active).toBe(marked)
    expect(site.refused).toEqual([])
  })

  it('offers what the row at hand offers, and gives the focus back to it', async () => {
    const server = await site.server('row', 'row-01')
    const page = await site.openAs('operator', listOf('row'))
    const focused = () => page.evaluate(() => document.activeElement?.textContent)

    await page.keyboard.press('j')
    await page.keyboard.press('Control+k')
    await page.keyboard.press('Escape')
    const after = await focused()
    await page.keyboard.press('Control+k')
    const first = await page.locator(OPTIONS).first().innerText()
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/servers/${server.id}#snooze`)
    await page.keyboard.press('Control+k')
    await page.keyboard.type('shortcuts')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()

    const reader = await site.openAs('reader', listOf('row'))
    await reader.keyboard.press('j')
    await reader.keyboard.press('Control+k')

    expect(after).toBe('row-01')
    expect(await reader.locator(OPTIONS).first().innerText()).toContain('Keyboard shortcuts')
    expect(first).toContain('Snooze row-01')
  })

  it('says so when nobody can be asked, which is not "no such server", and is not there before one signs in', async () => {
    const page = await site.openAs('reader', '/')
    await page.route('**/api/v1/servers?*', (route) => route.abort())

    await page.keyboard.press('Control+k')
    await page.keyboard.type('help')
    await page.getByText('could not be looked up').waitFor()
    const here = await page.locator(OPTIONS).first().innerText()
    const signedOut = await site.open('/login')

    expect(here).toContain('Help')
    expect(await signedOut.locator('#palette').count()).toBe(0)
  })
})

describe('what is copied', WAIT, () => {
  it('has its times in UTC, however they read on the page', async () => {
    const server = await site.server('copied', 'copied-01')
    const options = { permissions: ['clipboard-read', 'clipboard-write'], timezoneId: 'Asia/Kolkata' }
    const page = await site.openAs('reader', listOf('copied'), options)
    const report = rowOf(page, server).locator('.c-report')
    const copyRow = async () => {
      await rowOf(page, server).evaluate((row) => getSelection()?.selectAllChildren(row))
      await page.keyboard.press('Control+c')
      return page.evaluate(() => navigator.clipboard.readText())
    }

    const relative = await copyRow()
    await page.getByLabel('Times', { exact: true }).selectOption('local')
    const local = await copyRow()

    expect(relative).toMatch(/copied-01[^]*\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/)
    expect(local).toBe(relative)
    await expect.poll(() => report.innerText()).toMatch(/\+05:30$/)
  })
})

describe('columns of one’s own', WAIT, () => {
  it('are there without a script, and stay when a row changes', async () => {
    const server = await site.server('own', 'own-01')
    const page = await site.openAs('reader', listOf('own'), { javaScriptEnabled: false })
    await page.getByText('Columns', { exact: true }).click()
    await page.getByLabel('Running kernel').check()
    await page.getByLabel('Env', { exact: true }).uncheck()
    await page.getByRole('button', { name: 'Show these' }).click()
    const address = page.url().slice(site.url.length)

    const live = await site.openLive(address)
    await site.change(server, ['libc6'])
    await isRequired(live, server)
    const cells = await rowOf(live, server)
      .locator('td, th')
      .evaluateAll((all) => all.map(({ className }) => className))

    expect(address).toBe('/?q=app%3Aown&cols=app,why,pending,deadline,exposure,report,kernel,os')
    expect(cells).toEqual(
      ['state', 'server', 'app', 'why', 'pending', 'deadline', 'exposure', 'report', 'kernel', 'os'].map(
        (name) => `c-${name}`,
      ),
    )
  })
})

// What operators do on the pages, without scripts and with nothing but the keyboard; and how readers search there.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { faultsOf, listOf, LivePages, rowOf } from '../../support/live-pages.ts'
import type { TestServer } from '../../support/test-collector.ts'
import { listener } from '../../collector/actions/acting-collector.ts'
import { observed } from '../../../shared/sections/section.ts'

/** A browser on a busy machine. */
const WAIT = { timeout: 60_000 }
const NO_SCRIPTS = { javaScriptEnabled: false }
let site: LivePages
beforeAll(async () => {
  site = await LivePages.start()
})
afterEach(() => site.closePages())
afterAll(() => site.close())

async function needy(application: string, name: string): Promise<TestServer> {
  const [server] = await site.servers(application, [name])
  if (server === undefined) throw new Error('no server')
  server.report.raiseFlag()
  server.report.state.listeners = observed([listener()])
  await site.report(server)
  return server
}

const recordOf = ({ id }: TestServer) => site.collector.ctx.projection.get(id)

describe('without scripts', WAIT, () => {
  it('an operator snoozes a server, reads it back, and ends it', async () => {
    const server = await needy('snooze', 'snooze-01')
    const page = await site.openAs('operator', `/servers/${server.id}`, NO_SCRIPTS)

    await page.getByText('Snooze', { exact: true }).click()
    await page.getByLabel('Or until').first().fill('2020-01-01T08:00')
    await page.locator('#snooze').getByLabel('Reason').fill('with the deploy')
    await page.getByRole('button', { name: 'Snooze it' }).click()
    const refused = await page.getByRole('alert').innerText()
    await page.getByLabel('Or until').first().fill('')
    await page.getByRole('button', { name: 'Snooze it' }).click()
    const note = await page.locator('.snooze-note').innerText()
    const promoted = recordOf(server)?.verdict.promoted
    await page.goto(site.url + listOf('snooze'))
    const row = await rowOf(page, server).innerText()
    await page.goto(`${site.url}/servers/${server.id}`)
    await page.getByRole('button', { name: 'End the snooze now' }).click()

    expect(refused).toContain('lies in the past')
    expect(note).toContain('with the deploy')
    expect(promoted).toBe(false)
    expect(row).toMatch(/Exposed[\s\S]*Snoozed\s*, ends in/)
    expect(recordOf(server)?.snooze).toBeNull()
    expect(await page.locator('.history').innerText()).toContain('Snooze ended')
  })

  it('a reader is led to what can be searched for, with counts', async () => {
    await needy('examples', 'examples-01')
    const page = await site.openAs('reader', '/', NO_SCRIPTS)

    await page.getByText('What to search for').click()
    await page.getByRole('link', { name: 'app:examples' }).click()

    expect(await page.locator('[data-rows] tr').count()).toBe(1)
  })
})

describe('the keyboard', WAIT, () => {
  it('finds a server by suggestions, opens it and snoozes it by single keys', async () => {
    const server = await needy('keys', 'keys-01')
    const page = await site.openAs('operator', '/')
    const field = page.getByRole('combobox', { name: 'Search servers' })
    await field.waitFor()

    await page.keyboard.press('/')
    await page.keyboard.type('ap')
    await page.locator('#q-options:not(:has(li + li)) li', { hasText: 'app:' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.keyboard.type('key')
    // Until it is the only one: what was suggested before the last letter may still stand there.
    await page.locator('#q-options:not(:has(li + li)) li', { hasText: 'keys 1' }).waitFor()
    await page.keyboard.press('ArrowDown')
    const faults = await faultsOf(page, 'suggestions', 'form:has(#q)')
    await page.keyboard.press('Enter')
    const written = await field.inputValue()
    await page.keyboard.press('Enter')
    await page.waitForURL('**/?q=*')
    await rowOf(page, server).waitFor()
    await page.locator('#live[data-state=live]').waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('s')
    await page.waitForURL(`**/servers/${server.id}#snooze`)
    await page.locator('#snooze[open]').waitFor()
    await page.locator('#snooze').getByLabel('Reason').focus()
    await page.keyboard.type('jkgs/? are letters here')
    await page.keyboard.press('Enter')
    await page.locator('.snooze-note').waitFor()

    expect(faults).toEqual([])
    expect(written).toBe('app:keys ')
    expect(recordOf(server)?.snooze?.reason).toBe('jkgs/? are letters here')
  })

  it('shows its help, and single keys can be turned off', async () => {
    const page = await site.openAs('reader', '/')
    await page.locator('#live[data-state=live]').waitFor()

    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    const faults = await faultsOf(page, 'shortcuts', 'dialog')
    await page.getByRole('checkbox', { name: 'Single keys are shortcuts' }).uncheck()
    await page.keyboard.press('Escape')
    await page.keyboard.press('g')
    await page.keyboard.press('h')
    await page.keyboard.press('?')
    const isOpen = await page.locator('dialog[open]').count()
    await page.reload()
    await page.getByRole('button', { name: 'Keyboard shortcuts' }).click()
    await page.getByRole('checkbox', { name: 'Single keys are shortcuts' }).check()
    await page.getByRole('button', { name: 'Close' }).click()
    await page.keyboard.press('g')
    await page.keyboard.press('h')
    await page.waitForURL('**/history')

    expect(faults).toEqual([])
    expect(isOpen).toBe(0)
  })

  it('turns every time into UTC, or what is the time here, and back, and the choice is kept', async () => {
    const server = await needy('times', 'times-01')
    const page = await site.openAs('reader', listOf('times'), { timezoneId: 'Asia/Kolkata' })
    const pending = rowOf(page, server).locator('.c-pending')
    const before = await pending.innerText()

    await page.getByLabel('Times', { exact: true }).selectOption('local')
    const local = await pending.innerText()
    await page.getByLabel('Times', { exact: true }).selectOption('utc')
    const utc = await pending.innerText()
    await page.reload()
    await page.locator('html[data-times=utc]').waitFor()
    const kept = await pending.innerText()
    await page.getByLabel('Times', { exact: true }).selectOption('relative')

    expect(local).toMatch(/^≥? ?2026-11-\d\d \d\d:\d\d \+05:30$/)
    expect([utc, kept]).toEqual([expect.stringMatching(/^≥? ?2026-11-22 \d\d:\d\d UTC$/), utc])
    expect(await pending.innerText()).toBe(before)
  })
})

// The pages beside the list: patched in place as well, or left alone where somebody works on them.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { momentText, type TimeWording } from '../../../collector/dashboard/components/times.ts'
import { isRequired, LivePages } from '../../support/live-pages.ts'

/** A browser on a busy machine. */
const WAIT = { timeout: 60_000 }
let site: LivePages
beforeAll(async () => {
  site = await LivePages.start()
})
afterEach(() => site.closePages())
afterAll(() => site.close())

describe('other pages that stay open', WAIT, () => {
  it('are patched: one server, evidence and history included', async () => {
    const server = await site.server('single')
    const page = await site.openLive(`/servers/${server.id}`)

    await site.change(server, ['libssl3'])
    await page.getByRole('heading', { name: 'Why' }).waitFor()

    expect(await page.locator('.panel-evidence').innerText()).toContain('*** System restart required *** (libssl3)')
    expect(await page.locator('.panel-history li').first().innerText()).toContain('Restart required')
  })

  it('leave their pictures alone while another order is offered, and an open table open', async () => {
    const [first, second] = await site.servers('pictured', ['a-01', 'b-01'])
    if (first === undefined || second === undefined) throw new Error('no server')
    const page = await site.openLive('/apps/pictured')
    const says = page.locator('#age-says')

    await site.change(second, ['libc6'])
    await page.getByRole('button', { name: '1 changed – re-sort' }).waitFor()
    const whileOffered = await says.innerText()
    await page.locator('#resort').click()
    await says.getByText('1 pending').waitFor()
    await page.locator('#age-table summary').click()
    // Later than the other, and so behind it: the order stays right.
    site.collector.clock.step(60_000)
    await site.change(first, ['libc6'])
    await isRequired(page, first)
    // Pictures come with the whole page, which is read every half minute, and when somebody comes back to it.
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await says.getByText('2 pending').waitFor()

    expect(whileOffered).toBe('No restart is pending.')
    expect(await page.locator('#age-table').getAttribute('open')).not.toBe(null)
  })

  it('are patched: an application, its counts and notices included, and others leave it alone', async () => {
    const server = await site.server('app-live')
    const stranger = await site.server('app-other')
    const page = await site.openLive('/apps/app-live')
    let reads = 0
    page.on('request', (request) => (reads += request.resourceType() === 'xhr' ? 1 : 0))

    await site.change(stranger, ['libc6'])
    await page.evaluate(() => fetch('/-/healthy').then((answer) => answer.text()))
    const forStranger = reads
    await site.change(server, ['libssl3'])
    await isRequired(page, server)

    expect(forStranger).toBe(0)
    expect(await page.locator('.tile', { hasText: 'Restart required' }).innerText()).toContain('1')
    expect(await page.locator('.columns-even .history').innerText()).toContain('libssl3')
  })

  it('are left alone where somebody fills in a form', async () => {
    const page = await site.openAs('operator', '/settings/join-keys')
    let reads = 0
    page.on('request', (request) => (reads += ['xhr', 'eventsource'].includes(request.resourceType()) ? 1 : 0))
    await page.getByLabel('Application').fill('half typed')

    await site.server('elsewhere')
    await page.evaluate(() => fetch('/-/healthy').then((answer) => answer.text()))

    expect(reads).toBe(0)
    expect(await page.getByLabel('Application').inputValue()).toBe('half typed')
  })

  it('say the same words about time as the server does', async () => {
    const page = await site.openAs('reader', '/help')
    const now = Date.parse('2026-01-11T10:22:07Z')
    const agesMs = [
      -9e9, -86_400_000, -61_000, -1, 0, 1, 999, 1_000, 59_999, 60_000, 3_599_999, 3_600_000, 3_660_000, 86_399_999,
      86_400_000, 90_000_000, 4e9,
    ]
    const wordings: TimeWording[] = ['ago', 'for', 'until']
    const moments = agesMs.flatMap((age) =>
      wordings.map((wording) => ({ at: new Date(now - age).toISOString(), wording })),
    )

    // As text: the test runner would rewrite the import of a function.
    const script = `import('/assets/time.js').then(({ momentText }) =>
      ${JSON.stringify(moments)}.map(({ at, wording }) => momentText(at, ${now}, wording)))`
    const shown = await page.evaluate<string[]>(script)

    expect(shown).toEqual(moments.map(({ at, wording }) => momentText(at, now, wording)))
  })
})

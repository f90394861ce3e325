// What operators do, in a browser that runs no scripts, or with nothing but the keyboard; and what another site can.
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { LivePages } from '../../support/live-pages.ts'
import { believableFleet } from '../../support/believable-fleet.ts'

/** A browser on a busy machine. */
const WAIT = { timeout: 60_000 }
let site: LivePages
beforeAll(async () => {
  site = await LivePages.start()
  const { ctx, clock } = site.collector
  for (const record of believableFleet(clock.now())) {
    const registered = { type: 'registered', cause: null, data: {} } as const
    await ctx.store.transact((tx) => tx.putServer(record, [registered], clock.now()))
  }
})
afterEach(() => site.closePages())
afterAll(() => site.close())

const NO_SCRIPTS = { javaScriptEnabled: false }

describe('without scripts', WAIT, () => {
  it('a reader finds a server, why it needs a restart and how, its application and its history', async () => {
    const page = await site.openAs('reader', '/', NO_SCRIPTS)

    await page.getByLabel('Search servers').fill('app:shop "web-03"')
    await page.getByRole('button', { name: 'Search' }).click()
    const found = await page.locator('[data-rows]').innerText()
    await page.getByRole('link', { name: 'web-03' }).click()
    const server = await page.locator('main').innerText()
    await page.locator('.place').getByRole('link', { name: 'shop' }).click()
    const notices = await page.locator('.notices').innerText()
    await page.getByRole('link', { name: 'All of its history' }).click()

    expect(found).toContain('Restart required')
    expect(server).toContain('*** System restart required *** (linux-image-6.1.0-41-amd64, libssl3)')
    expect(server).toContain('sudo reboot')
    expect(server).toContain('sudo shutdown -r now')
    expect(server).toContain('overdue wait web-03 --for restarted')
    expect(server).toContain('Stopping and starting it in a provider’s console may change its address.')
    expect(notices).toContain('web-03')
    expect(await page.locator('.history').innerText()).toContain('web-03')
  })

  it('a bad term is named, and everything is still listed', async () => {
    const page = await site.openAs('reader', '/?q=colour:red', NO_SCRIPTS)

    expect(await page.getByRole('alert').innerText()).toContain('"colour" is no key')
    expect(await page.locator('[data-rows] tr').count()).toBe(13)
  })

  it('an operator sees what another policy would change before it does', async () => {
    const page = await site.openAs('operator', '/settings/policy', NO_SCRIPTS)
    const fleet = page.locator('section', { has: page.getByRole('heading', { name: 'Change it for the fleet' }) })

    await fleet.getByLabel('Days otherwise', { exact: true }).fill('5')
    await fleet.getByRole('button', { name: 'See what it would change' }).click()
    const preview = await page.locator('.preview').innerText()
    await page.getByRole('button', { name: 'Change the policy of the fleet' }).click()

    expect(preview).toContain('This would promote 2 servers.')
    expect(preview).toContain('web-01')
    expect(await page.locator('.done').innerText()).toContain('The policy is set')
    expect(site.collector.ctx.store.policy()?.staleAfter).toEqual({ exposedDays: 14, otherwiseDays: 5 })
  })

  it('an operator makes a join key and revokes it', async () => {
    const page = await site.openAs('operator', '/settings/join-keys', NO_SCRIPTS)

    await page.getByLabel('Application').fill('shop')
    await page.getByRole('button', { name: 'Make it' }).click()
    const made = await page.locator('.secret').innerText()
    await page.goto(`${site.url}/settings/join-keys`)
    await page.locator('summary', { hasText: 'Revoke' }).first().click()
    await page.getByRole('button', { name: /^Revoke it/ }).click()

    expect(made).toMatch(/key = "ovdj_[0-9a-f]+_/)
    expect(await page.locator('.done').innerText()).toContain('is revoked')
  })

  it('an operator forgets a server', async () => {
    const [server] = await site.servers('old', ['gone-01'])
    const page = await site.openAs('operator', `/servers/${server?.id}`, NO_SCRIPTS)

    await page.getByText('Forget this server').click()
    await page.getByRole('checkbox', { name: 'Forget gone-01' }).check()
    await page.getByRole('button', { name: 'Forget it' }).click()

    expect(await page.locator('.notice').innerText()).toContain('This server was removed.')
  })
})

describe('the keyboard', WAIT, () => {
  /** Presses Tab until the focus is on what reads so; fails when the page ends before. */
  async function tabTo(page: Page, name: string): Promise<void> {
    for (let stop = 0; stop < 80; stop++) {
      await page.keyboard.press('Tab')
      const focused = await page.evaluate('(document.activeElement.labels?.[0] ?? document.activeElement).textContent')
      if (String(focused).trim().startsWith(name)) return
    }
    throw new Error(`Tab never comes to "${name}"`)
  }

  it('is enough for the whole job, from signing in to signing out', async () => {
    const servers = await site.servers('keys', ['keyboard-01', 'keyboard-02'])
    const [, worst] = servers
    if (worst === undefined) throw new Error('no server')
    worst.report.raiseFlag(['keyboard-package'])
    await site.report(worst)
    const record = () => site.collector.ctx.projection.get(worst.id)
    const page = await site.open('/login', { permissions: ['clipboard-read', 'clipboard-write'] })

    await tabTo(page, 'API token')
    await page.keyboard.type(site.collector.createToken('operator'))
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    await tabTo(page, 'Skip to content')
    await page.keyboard.press('Enter')
    // A busy browser goes there a moment later, and would take the focus back from what is typed into.
    await page.waitForFunction(() => document.activeElement?.id === 'main')
    await tabTo(page, 'Search servers')
    await page.keyboard.type('app:keys ')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/?q=*')
    await tabTo(page, 'keyboard-')
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/servers/${worst.id}`)
    const why = await page.locator('.panel-why').innerText()
    await tabTo(page, 'Copy')
    await page.keyboard.press('Enter')
    await page.getByText('Copied').waitFor()
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    await tabTo(page, 'Snooze')
    await page.keyboard.press('Enter')
    await tabTo(page, 'Reason')
    await page.keyboard.type('with the deploy')
    await tabTo(page, 'Snooze it')
    await page.keyboard.press('Enter')
    await page.locator('.snooze-note').waitFor()
    await tabTo(page, 'Forget this server')
    await page.keyboard.press('Enter')
    await tabTo(page, 'Forget keyboard-02')
    await page.keyboard.press('Space')
    const snooze = record()?.snooze?.reason
    await tabTo(page, 'Forget it')
    await page.keyboard.press('Enter')
    await page.getByText('This server was removed.').waitFor()
    await tabTo(page, 'Sign out')
    await page.keyboard.press('Enter')
    await page.getByLabel('API token').waitFor()

    expect(why).toContain('keyboard-package')
    expect(copied).toBe('sudo reboot')
    expect(snooze).toBe('with the deploy')
    expect(record()?.lifecycle).toBe('removed')
  })
})

describe('another site', WAIT, () => {
  it('makes the browser of an admin change nothing and read nothing', async () => {
    const page = await site.openAs('admin', '/')
    const before = site.collector.ctx.store.audit(1)
    const form = `<form method="post" action="${site.url}/settings/tokens"><input name="role" value="admin"></form>`
    await page.route('http://evil.example/', (route) => route.fulfill({ contentType: 'text/html', body: form }))

    await page.goto('http://evil.example/')
    const read = await page.evaluate(async (url) => {
      const asked = await fetch(`${url}/api/v1/summary`, { credentials: 'include' }).then(
        (answer) => answer.text(),
        () => null,
      )
      const stream = await new Promise((resolve) => {
        const source = new EventSource(`${url}/api/v1/events`, { withCredentials: true })
        source.addEventListener('open', () => resolve('open'))
        source.addEventListener('error', () => resolve(null))
      })
      return [asked, stream]
    }, site.url)
    await page.locator('form').evaluate((element: HTMLFormElement) => element.submit())
    await page.getByLabel('API token').waitFor()

    expect(read).toEqual([null, null])
    expect(new URL(page.url()).pathname).toBe('/login')
    expect(site.collector.ctx.store.audit(1)).toEqual(before)
  })
})

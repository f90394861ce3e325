// One real browser and one real collector for all tests of a file: servers of a test belong to an application of their
// own, so that tests do not see each other's.
import AxeBuilder from '@axe-core/playwright'
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { login } from '../../collector/api/auth.ts'
import type { Role } from '../../collector/store/records.ts'
import { paths } from '../../shared/protocol/paths.ts'
import { launchBrowser } from './browser.ts'
import { TestCollector, type TestCollectorOptions, type TestServer } from './test-collector.ts'

const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

export class LivePages {
  readonly collector: TestCollector
  readonly url: string
  /** What the browser refused on behalf of the pages, and dialogs that something opened. */
  readonly refused: string[] = []
  readonly #browser: Awaited<ReturnType<typeof launchBrowser>>
  readonly #contexts: BrowserContext[] = []

  private constructor(collector: TestCollector, url: string, browser: Awaited<ReturnType<typeof launchBrowser>>) {
    this.collector = collector
    this.url = url
    this.#browser = browser
  }

  static async start(options: TestCollectorOptions = {}): Promise<LivePages> {
    const collector = new TestCollector(options)
    return new LivePages(collector, await collector.listen(), await launchBrowser())
  }

  async closePages(): Promise<void> {
    for (const context of this.#contexts.splice(0)) await context.close()
  }

  async close(): Promise<void> {
    await this.closePages()
    await this.#browser.close()
    await this.collector.close()
  }

  /** Signed out. */
  async open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.#newPage(options)
    await page.goto(this.url + path)
    return page
  }

  /** With a session that was opened without the form. */
  async openAs(role: Role, path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.#newPage(options)
    const [name = '', value = ''] =
      login(this.collector.ctx, this.collector.createToken(role))?.setCookie.split(/[=;]/) ?? []
    await page.context().addCookies([{ name, value, url: this.url, sameSite: 'Strict', httpOnly: true }])
    await page.goto(this.url + path)
    return page
  }

  /** The page is open and its event stream stands. */
  async openLive(path: string): Promise<Page> {
    const page = await this.openAs('reader', path)
    await page.locator('#live[data-state=live]').waitFor()
    return page
  }

  /** Named `names`, of one application, each with a first report. */
  async servers(application: string, names: readonly string[]): Promise<TestServer[]> {
    const joinKey = this.collector.createJoinKey({ application })
    const servers: TestServer[] = []
    for (const name of names) {
      const server = await this.collector.enroll(name, joinKey)
      await this.report(server)
      servers.push(server)
    }
    return servers
  }

  async server(application: string, name = 'web-01'): Promise<TestServer> {
    const [server] = await this.servers(application, [name])
    if (server === undefined) throw new Error('no server')
    return server
  }

  /** Raises its flag for these packages, or takes it away, and reports that. */
  async change(server: TestServer, flag: string[] | null): Promise<void> {
    if (flag === null) server.report.clearFlag()
    else server.report.raiseFlag(flag)
    await this.report(server)
  }

  async report(server: TestServer): Promise<void> {
    const answer = await this.collector.post(paths.report(), server.credential, server.report.whole())
    if (answer.statusCode !== 200) throw new Error(`report refused: ${answer.statusCode} ${answer.body}`)
  }

  async #newPage(options: BrowserContextOptions): Promise<Page> {
    const context = await this.#browser.newContext(options)
    this.#contexts.push(context)
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) this.refused.push(message.text())
    })
    page.on('dialog', (dialog) => {
      this.refused.push(`dialog: ${dialog.message()}`)
      return dialog.dismiss()
    })
    return page
  }
}

export const listOf = (application: string) => `/?q=${encodeURIComponent(`app:${application}`)}`
export const rowOf = (page: Page, { id }: TestServer) => page.locator(`[data-rows] > [data-key="${id}"]`)
export const isRequired = (page: Page, server: TestServer) =>
  rowOf(page, server).getByText('Restart required').waitFor()
export const namesIn = (page: Page) => page.locator('[data-rows] .c-server').allInnerTexts()

/** Faults a machine can find, in both themes. `within`: a selector, where a test has looked at the rest of the page already. */
export async function faultsOf(page: Page, where: string, within = 'html'): Promise<string[]> {
  await page.emulateMedia({ colorScheme: 'light' })
  const light = await axeOf(page).include(within).withTags(AXE_TAGS).analyze()
  await page.emulateMedia({ colorScheme: 'dark' })
  const dark = await lookAgain(page, within)
  return [...light.violations, ...dark.violations].map(
    ({ id, nodes }) => `${where}: ${id} at ${nodes.map(({ html }) => html).join(' | ')}`,
  )
}

/** Without the second page that gathers results of frames: our pages have none, and it takes longer than the look. */
function axeOf(page: Page): AxeBuilder {
  return new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] })
}

type Found = { violations: { id: string; nodes: { html: string }[] }[] }

/** With the rules that the look before has left in the page: bringing them there takes longer than the look. */
function lookAgain(page: Page, within: string): Promise<Found> {
  const options = { runOnly: AXE_TAGS, resultTypes: ['violations'] }
  return page.evaluate<Found>(`axe.run({ include: [[${JSON.stringify(within)}]] }, ${JSON.stringify(options)})`)
}

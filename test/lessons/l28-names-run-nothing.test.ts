// L28: a host name became a script in somebody's browser; a cell became a formula. 300 texts in every field a host fills,
// on every page, in a real browser that tells what it ran, and what it was kept from running.
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { login } from '../../collector/api/auth.ts'
import { paths } from '../../shared/protocol/paths.ts'
import { launchBrowser } from '../support/browser.ts'
import { hostileTexts } from '../support/page-markup.ts'
import { TestCollector } from '../support/test-collector.ts'

const COUNT = 300
/** Pages in frames at once. */
const BATCH = 25
/** Elements that no page of ours has in its middle. */
const FOREIGN = 'script, iframe, img, object, embed, base, meta, style, video'
/** Handlers and addresses that the shared corpus does not have. */
const MORE = [
  '<details open ontoggle=window.pwned=1>',
  '<video><source onerror=window.pwned=1>',
  '<input autofocus onfocus=window.pwned=1>',
  '<body onpageshow=window.pwned=1>',
  '<object data="data:text/html,<script>opener.pwned=1</script>">',
  '<form action="javascript:window.pwned=1"><button autofocus>x</button></form>',
  '<svg><animate onbegin=window.pwned=1 attributeName=x dur=1s>',
  '<noscript><p title="</noscript><img src=x onerror=window.pwned=1>">',
  '<xmp><img src=x onerror=window.pwned=1></xmp>',
  '<![CDATA[<img src=x onerror=window.pwned=1>]]>',
  '<!--><img src=x onerror=window.pwned=1>-->',
  '&lt;img src=x onerror=window.pwned=1&gt;',
  '&#60;script&#62;window.pwned=1&#60;/script&#62;',
  'javascript:window.pwned=1',
  `\${window.pwned=1}`,
  '{{constructor.constructor("window.pwned=1")()}}',
]
const ENDINGS = ['', '"', "'", '">', "'>", '</td>', '</script>', '</style>', '</title>', '-->', '\u0000', '\u2028']

const TEXTS = [...hostileTexts(), ...ENDINGS.flatMap((ending) => MORE.map((text) => ending + text))].slice(0, COUNT)

let browser: Browser
let collector: TestCollector
let url: string
beforeAll(async () => {
  browser = await launchBrowser()
  collector = new TestCollector()
  url = await collector.listen()
})
afterAll(async () => {
  await browser.close()
  await collector.close()
})

async function signedIn(): Promise<BrowserContext> {
  const context = await browser.newContext()
  const [name = '', value = ''] = login(collector.ctx, collector.createToken('reader'))?.setCookie.split(/[=;]/) ?? []
  await context.addCookies([{ name, value, url }])
  await context.addInitScript(`
    window.violations = []
    document.addEventListener('securitypolicyviolation', (event) => window.violations.push(event.blockedURI))`)
  return context
}

async function hostileServer(text: string, joinKey: string): Promise<string> {
  const server = await collector.enroll(text, joinKey)
  server.report.raiseFlag([text.slice(0, 255)])
  const { host, kernel, sentinel } = server.report.state
  if (host.value !== null) {
    Object.assign(host.value, { name: text, architecture: text, application: text, environment: text })
    host.value.tags = { role: text.slice(0, 255) }
    host.value.os = { id: text, versionId: text, prettyName: text }
    host.value.virtualization = { kind: 'vm', name: text }
  }
  if (kernel.value !== null) kernel.value.running = { release: text, packageVersion: text }
  if (sentinel.value !== null) Object.assign(sentinel.value, { text, sources: [text] })
  const answer = await collector.post(paths.report(), server.credential, server.report.whole({ reason: text }))
  expect(answer.statusCode).toBe(200)
  return server.id
}

/** What ran, what the policy of the page had to stop, and elements that no page of ours has. */
async function findingsOn(page: Page, path: string): Promise<string[]> {
  await page.goto(url + path, { waitUntil: 'domcontentloaded' })
  const found = await page.evaluate<{ pwned: unknown; violations: string[]; foreign: number }>(`({
    pwned: window.pwned,
    violations: window.violations,
    foreign: document.querySelectorAll('main :is(${FOREIGN})').length,
  })`)
  const isClean = found.pwned === undefined && found.violations.length === 0 && found.foreign === 0
  return isClean ? [] : [`${path}: ${JSON.stringify(found)}`]
}

/** The page as it was sent, in a frame without its policy: what runs here was only ever held back by the browser. */
async function findingsInFrames(page: Page, pages: readonly string[]): Promise<unknown[]> {
  return await page.evaluate<unknown[]>(`(async (pages) => {
    const findings = []
    await Promise.all(pages.map(async (html, index) => {
      const frame = document.createElement('iframe')
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }))
      frame.srcdoc = html
      document.body.append(frame)
      await loaded
      await new Promise((resolve) => setTimeout(resolve, 20))
      const foreign = frame.contentDocument.querySelectorAll('main :is(${FOREIGN})').length
      const heading = frame.contentDocument.querySelector('main') === null ? 'no main' : null
      const { pwned } = frame.contentWindow
      if (pwned !== undefined || foreign > 0 || heading !== null) findings.push({ index, pwned, foreign, heading })
      frame.remove()
    }))
    if (window.pwned !== undefined) findings.push('a frame reached its parent')
    return findings
  })(${JSON.stringify(pages)})`)
}

async function bodyOf(path: string, cookie: string): Promise<string> {
  return (await collector.app.inject({ method: 'GET', url: path, headers: { cookie } })).body
}

describe(`L28: ${COUNT} hostile texts in every field`, () => {
  const ids: string[] = []
  beforeAll(async () => {
    const joinKey = collector.createJoinKey()
    for (let at = 0; at < COUNT; at += BATCH) {
      const batch = TEXTS.slice(at, at + BATCH)
      ids.push(...(await Promise.all(batch.map((text) => hostileServer(text, joinKey)))))
    }
  })

  it('run nothing on any page, even without its policy', { timeout: 120_000 }, async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const cookie = login(collector.ctx, collector.createToken('reader'))?.setCookie.split(';', 1)[0] ?? ''
    const addresses = ['/', '/?page=2', '/?page=3', ...ids.map((id) => paths.serverPage(id))]

    const findings: unknown[] = []
    for (let at = 0; at < addresses.length; at += BATCH) {
      const batch = addresses.slice(at, at + BATCH)
      findings.push(...(await findingsInFrames(page, await Promise.all(batch.map((path) => bodyOf(path, cookie))))))
    }
    await context.close()

    expect(new Set(TEXTS).size).toBe(COUNT)
    expect(findings).toEqual([])
  })

  it('leave the policy of the live pages nothing to stop', { timeout: 60_000 }, async () => {
    const context = await signedIn()
    const page = await context.newPage()
    const findings: string[] = []
    page.on('dialog', (dialog) => {
      findings.push(`dialog: ${dialog.message()}`)
      return dialog.dismiss()
    })

    for (const path of ['/', '/?page=2', '/?page=3', ...ids.slice(0, 6).map((id) => paths.serverPage(id))]) {
      findings.push(...(await findingsOn(page, path)))
    }
    await context.close()

    expect(findings).toEqual([])
  })

  it('would be seen if one ran', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const html = '<main><img src=x onerror=window.pwned=1></main>'

    expect(await findingsInFrames(page, [html])).toEqual([{ index: 0, pwned: 1, foreign: 1, heading: null }])
    await context.close()
  })
})

describe('L28: a spreadsheet', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("http://evil.example/","x")'])(
    'gets %j as a text and not as a formula',
    async (text) => {
      const id = await hostileServer(text, collector.createJoinKey())

      const { body } = await collector.get(paths.serversCsv(), collector.createToken('reader'))

      const row = body.split('\r\n').find((line) => line.startsWith(id)) ?? body
      expect(row).not.toContain(`,${text}`)
      expect(row).not.toContain(`,"${text.replaceAll('"', '""')}`)
      expect(body).toContain(`'${text.replaceAll('"', '""')}`)
    },
  )
})

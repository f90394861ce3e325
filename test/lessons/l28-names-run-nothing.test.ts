// L28: a host name became a script in somebody's browser; a cell became a formula. 300 texts in every field a host or an
// operator fills, on every page, in a real browser that tells what it ran, and what it was kept from running.
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { login } from '../../collector/api/auth.ts'
import { paths } from '../../shared/protocol/paths.ts'
import { launchBrowser } from '../support/browser.ts'
import { actWith, hostileServer } from '../support/hostile-server.ts'
import { hostileTexts } from '../support/page-markup.ts'
import { TestCollector } from '../support/test-collector.ts'

const COUNT = 300
/** Pages in frames at once. */
const BATCH = 25
const PER_FRAME = 5
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
const asked = (path: string, texts: Record<string, string>) => `${path}?${new URLSearchParams(texts).toString()}`
const LISTS = [
  '/',
  '/?page=2',
  '/?page=3&cols=app,env,why,os,kernel,installed,address,tags,agent,snoozed',
  paths.historyPage(),
  '/history?type=port-declared',
  paths.auditPage(),
  paths.joinKeysPage(),
  paths.tokensPage(),
  ...TEXTS.slice(0, 3).flatMap((text) => [
    paths.applicationPage(text),
    asked(paths.fleetPage(), { q: text, cols: text }),
    asked(paths.historyPage(), { app: text, q: text }),
    asked(paths.policyPage(), { application: text }),
  ]),
]

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
  const [name = '', value = ''] = login(collector.ctx, collector.createToken('admin'))?.setCookie.split(/[=;]/) ?? []
  await context.addCookies([{ name, value, url }])
  await context.addInitScript(`
    window.violations = []
    document.addEventListener('securitypolicyviolation', (event) => window.violations.push(event.blockedURI))`)
  return context
}

function nameToken(name: string): void {
  const { ctx, clock } = collector
  const token = { id: '5d1c0e7f9a2b4c63', secretHash: 'none', createdAt: clock.now(), expiresAt: null, revokedAt: null }
  const audit = { at: clock.now(), actor: name, action: 'token.create', subject: name, detail: { name } }
  ctx.store.createToken({ ...token, name, role: 'reader' }, audit)
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

/**
 * The pages as they were sent, in frames without their policy: what runs here was only ever held back by the browser.
 * Some to a frame, one after the other, as a frame takes longer than what is in it; each has to be there to its end.
 */
async function findingsInFrames(page: Page, pages: readonly string[]): Promise<unknown[]> {
  const frames = Array.from({ length: Math.ceil(pages.length / PER_FRAME) }, (_, at) =>
    pages.slice(at * PER_FRAME, (at + 1) * PER_FRAME),
  )
  return await page.evaluate<unknown[]>(`(async (frames) => {
    const findings = []
    await Promise.all(frames.map(async (pages, index) => {
      const frame = document.createElement('iframe')
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }))
      frame.srcdoc = pages.join('')
      document.body.append(frame)
      await loaded
      await new Promise((resolve) => setTimeout(resolve, 20))
      const count = (selector) => frame.contentDocument.querySelectorAll(selector).length
      const [foreign, missing] = [count('main :is(${FOREIGN})'), pages.length - count('body > main')]
      const { pwned } = frame.contentWindow
      if (pwned !== undefined || foreign > 0 || missing > 0) findings.push({ index, pwned, foreign, missing })
      frame.remove()
    }))
    if (window.pwned !== undefined) findings.push('a frame reached its parent')
    return findings
  })(${JSON.stringify(frames)})`)
}

async function bodyOf(path: string, cookie: string): Promise<string> {
  return (await collector.app.inject({ method: 'GET', url: path, headers: { cookie } })).body
}

describe(`L28: ${COUNT} hostile texts in every field`, () => {
  const ids: string[] = []
  beforeAll(async () => {
    const joinKey = collector.createJoinKey({ application: TEXTS[1] ?? null })
    nameToken(TEXTS[2] ?? '')
    for (let at = 0; at < COUNT; at += BATCH) {
      const batch = TEXTS.slice(at, at + BATCH)
      const servers = await Promise.all(batch.map((text) => hostileServer(collector, text, joinKey)))
      for (const [index, { id }] of servers.entries()) await actWith(collector, id, batch[index] ?? '')
      ids.push(...servers.map(({ id }) => id))
    }
  })

  it('run nothing on any page, even without its policy', { timeout: 300_000 }, async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const cookie = login(collector.ctx, collector.createToken('admin'))?.setCookie.split(';', 1)[0] ?? ''
    const addresses = [...LISTS, ...ids.map((id) => paths.serverPage(id))]

    const findings: unknown[] = []
    for (let at = 0; at < addresses.length; at += BATCH) {
      const batch = addresses.slice(at, at + BATCH)
      findings.push(...(await findingsInFrames(page, await Promise.all(batch.map((path) => bodyOf(path, cookie))))))
    }
    await context.close()

    expect(new Set(TEXTS).size).toBe(COUNT)
    expect(findings).toEqual([])
  })

  it('leave the policy of the live pages nothing to stop', { timeout: 300_000 }, async () => {
    const context = await signedIn()
    const page = await context.newPage()
    const findings: string[] = []
    page.on('dialog', (dialog) => {
      findings.push(`dialog: ${dialog.message()}`)
      return dialog.dismiss()
    })

    for (const path of [...LISTS, ...ids.slice(0, 6).map((id) => paths.serverPage(id))]) {
      findings.push(...(await findingsOn(page, path)))
    }
    await context.close()

    expect(findings).toEqual([])
  })

  it('would be seen if one ran', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const html = '<main><img src=x onerror=window.pwned=1></main>'

    expect(await findingsInFrames(page, [html])).toEqual([{ index: 0, pwned: 1, foreign: 1, missing: 0 }])
    await context.close()
  })
})

describe('L28: a spreadsheet', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("http://evil.example/","x")'])(
    'gets %j as a text and not as a formula',
    async (text) => {
      const { id } = await hostileServer(collector, text, collector.createJoinKey())

      const { body } = await collector.get(paths.serversCsv(), collector.createToken('reader'))

      const row = body.split('\r\n').find((line) => line.startsWith(id)) ?? body
      expect(row).not.toContain(`,${text}`)
      expect(row).not.toContain(`,"${text.replaceAll('"', '""')}`)
      expect(body).toContain(`'${text.replaceAll('"', '""')}`)
    },
  )
})

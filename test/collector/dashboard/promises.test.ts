// What pages promise whoever reads them: behind every number is the list of what it counts, behind every verdict its
// evidence, and nobody who is silent is shown as fine. Followed over the whole fleet, as a reader would follow it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { login } from '../../../collector/api/auth.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { openPageSite, type PageSite } from '../../support/page-site.ts'

let site: PageSite
let cookie: string
beforeAll(async () => {
  site = await openPageSite()
  const { ctx } = site.collector
  cookie = login(ctx, site.collector.createToken('reader'))?.setCookie.split(';', 1)[0] ?? ''
})
afterAll(() => site[Symbol.asyncDispose]())

async function pageAt(path: string): Promise<string> {
  const answer = await site.collector.app.inject({ method: 'GET', url: path, headers: { cookie } })
  expect([path, answer.statusCode]).toEqual([path, 200])
  return answer.body
}

/** Number and address of all that `pattern` finds, by the names of its groups. */
const countsIn = (page: string, pattern: RegExp) =>
  [...page.matchAll(pattern)].map(({ groups }) => ({
    count: Number(groups?.['count'] ?? Number.NaN),
    href: (groups?.['href'] ?? '').replaceAll('&amp;', '&'),
  }))

const rowsIn = (page: string) => page.match(/<tr[^>]*data-key=.*?<\/tr>/gs) ?? []

describe('a number', () => {
  it.each<[string, RegExp, number]>([
    ['on a tile', /<dt>(?:(?!<dt>).)*<a href="(?<href>[^"]+)">(?:(?!<dt>).)*<dd>(?<count>\d+)<\/dd>/g, 8],
    ['beside a tile', /class="tile-note"><a href="(?<href>[^"]+)">\+ (?<count>\d+) silent/g, 1],
    ['of an application', /<td[^>]*><a href="(?<href>[^"]+)">(?<count>\d+)<\/a><\/td>/g, 1],
    ['of snoozed servers', /<a href="(?<href>[^"]+)">\+ (?<count>\d+) snoozed<\/a>/g, 2],
    ['of a bar', /<a href="(?<href>[^"]+)" aria-label="\S+ (?<count>\d+) pending/g, 6],
    ['of pending restarts', /<a href="(?<href>[^"]+)">(?<count>\d+) pending<\/a>/g, 2],
  ])('%s leads to as many servers', async (_where, pattern, min) => {
    const both = await Promise.all(['fleet', 'application'].map((name) => pageAt(site.pages[name] ?? '')))
    const counts = both.flatMap((page) => countsIn(page, pattern))

    expect(counts.length).toBeGreaterThanOrEqual(min)
    for (const { count, href } of counts) expect([href, rowsIn(await pageAt(href)).length]).toEqual([href, count])
  })
})

describe('a sentence', () => {
  it('keeps its words apart where something else begins on a page', async () => {
    const unlisted = ['/history?app=shop', '/login?next=/history', '/?q=app:nobody']
    const glued: string[] = []
    for (const path of [...Object.values(site.pages), ...unlisted]) {
      const signedOut = path.startsWith(paths.loginPage())
      const headers = signedOut ? {} : { cookie }
      const { body } = await site.collector.app.inject({ method: 'GET', url: path, headers })
      glued.push(
        ...(body.match(/.{0,30}(?:[a-z][:.,;]|\b(?:a|and|by|in|of|or|the|to))<(?:a|b|code|q|strong|time)\b.{0,60}/g) ??
          []),
      )
    }

    expect(glued).toEqual([])
  })
})

describe('a verdict', () => {
  it('leads from every row to evidence that decides it, each with its value, its source and its time', async () => {
    const hrefs = rowsIn(await pageAt('/')).map((row) => /href="(\/servers\/[^"]+)"/.exec(row)?.[1] ?? '')

    for (const href of hrefs) {
      const evidence = /data-region="evidence".*?<\/section>/s.exec(await pageAt(href))?.[0] ?? ''
      const rows = evidence.match(/<tr[^>]*class="signal-decides".*?<\/tr>/gs) ?? []
      expect([href, rows.length > 0]).toEqual([href, true])
      for (const row of rows) {
        for (const label of ['Says', 'Value', 'Source', 'Read']) {
          expect([href, label, new RegExp(`data-label="${label}"[^>]*></td>`).test(row)]).toEqual([href, label, false])
        }
      }
    }
    expect(hrefs.length).toBe(site.collector.ctx.projection.size)
  })
})

describe('a silent server', () => {
  it('is fine on no page', async () => {
    const silent = site.collector.ctx.projection.inOrder().filter(({ verdict }) => verdict.reporting === 'silent')
    const isFine = /class="word">(OK|Deferrable)</

    expect(silent.length).toBeGreaterThan(1)
    for (const { id } of silent) {
      for (const path of ['/', '/?q=state:ok,deferrable', '/?q=reporting:silent']) {
        const row = rowsIn(await pageAt(path)).find((one) => one.includes(id)) ?? ''
        expect([path, isFine.test(row)]).toEqual([path, false])
      }
      const [verdict = ''] = (await pageAt(paths.serverPage(id))).split('data-region="why"')
      expect([verdict.includes('class="word">'), isFine.test(verdict)]).toEqual([true, false])
    }
    expect(rowsIn(await pageAt('/?q=state:ok')).some((row) => silent.some(({ id }) => row.includes(id)))).toBe(false)
  })
})

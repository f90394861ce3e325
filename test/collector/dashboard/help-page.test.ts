// `/help`: nothing on a page is left unexplained, and no link in it leads nowhere.
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SIGNAL_TEXTS } from '../../../collector/dashboard/help/verdict-texts.ts'
import { EVENT_TYPES } from '../../../shared/judgement/transition.ts'
import { EXPOSURES, LIFECYCLES, PROMOTION_REASONS, REPORTINGS, STATES } from '../../../shared/judgement/verdict.ts'
import { PROBLEMS } from '../../../shared/protocol/problems.ts'
import { KEY_NAMES } from '../../../shared/query/keys.ts'
import { PageClient, textOf } from '../../support/page-client.ts'
import { TestCollector } from '../../support/test-collector.ts'

let collector: TestCollector
let reader: PageClient
let help: string

beforeAll(async () => {
  collector = new TestCollector()
  reader = new PageClient(collector, 'reader')
  help = await reader.page('/help')
})
afterAll(() => collector.close())

const withPrefix = (prefix: string, words: readonly string[]) => words.map((word) => `${prefix}-${word}`)

describe('help', () => {
  it.each([
    ['state', withPrefix('state', STATES)],
    ['reason', withPrefix('reason', PROMOTION_REASONS)],
    ['exposure', withPrefix('exposure', EXPOSURES)],
    ['reporting', withPrefix('reporting', REPORTINGS)],
    ['life', withPrefix('lifecycle', LIFECYCLES)],
    ['event', withPrefix('event', EVENT_TYPES)],
    ['key of the search', withPrefix('search', KEY_NAMES)],
  ])('explains every %s', (_what, ids) => {
    const explained = new Set(
      Array.from(help.matchAll(/<div id="([^"]+)"><dt>.*?<\/dt>\s*<dd>[^<]{4}/gs), ([, id]) => id),
    )

    expect(ids.filter((id) => !explained.has(id))).toEqual([])
  })

  it('explains every signal that a judge gives', () => {
    const folder = new URL('../../golden/', import.meta.url)
    const names = readdirSync(folder).flatMap((file) => {
      const golden = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as {
        judgement?: { signals?: { name: string }[] }
      }
      return golden.judgement?.signals?.map(({ name }) => name) ?? []
    })

    expect(new Set(names).size).toBeGreaterThan(2)
    expect([...new Set(names)].filter((name) => !Object.hasOwn(SIGNAL_TEXTS, name))).toEqual([])
  })

  it('answers what is asked most: I restarted and still see it', () => {
    const text = textOf(help)

    expect(text).toContain('I restarted and still see it')
    for (const cause of [
      'No report yet.',
      'It was not restarted.',
      'The flag came back.',
      'The old kernel started again.',
      'A container.',
    ])
      expect(text).toContain(cause)
  })

  it('has a blank wherever a word meets a link or a command', () => {
    const glued = help.match(/\w[a-z,.:;]<(?:code|a|b)\b[^>]*>.{0,20}|.{0,20}<\/(?:code|a|b)>[a-z(].{0,10}/g)

    expect(glued).toBeNull()
  })

  it('says each thing under an address of its own, once', () => {
    const ids = Array.from(help.matchAll(/ id="([^"]+)"/g), ([, id]) => id)

    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
  })

  it('leads nowhere but to itself and pages that are there', async () => {
    const ids = new Set(Array.from(help.matchAll(/ id="([^"]+)"/g), ([, id]) => id))
    const hrefs = [...new Set(Array.from(help.matchAll(/<a [^>]*href="([^"]+)"/g), ([, href = '']) => href))]

    expect(hrefs.filter((href) => href.startsWith('#') && !ids.has(href.slice(1)))).toEqual([])
    for (const href of hrefs.filter((one) => !one.startsWith('#'))) {
      const answer = await reader.get(href.replaceAll('&amp;', '&'))
      expect([href, answer.statusCode]).toEqual([href, 200])
      expect([href, answer.body.includes('class="problem"')]).toEqual([href, false])
    }
  })

  it('lists every kind of error where the type of an answer leads', async () => {
    const page = await reader.page('/help/errors')

    for (const kind of Object.keys(PROBLEMS)) expect(page).toContain(`<div id="${kind}">`)
  })
})

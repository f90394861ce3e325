import { describe, expect, it } from 'vitest'
import { toServerRow } from '../../../collector/dashboard/server-row.ts'
import { toSummary } from '../../../collector/views/summary-view.ts'
import {
  believableFleet,
  FLEET_NOW,
  projectionOf,
  serverRecord,
  type ServerSeed,
} from '../../support/believable-fleet.ts'
import { hostileTexts, rowOf } from '../../support/page-markup.ts'

import { render } from './rendered-fleet.ts'

const DAY_MS = 86_400_000

function row(seed: Partial<ServerSeed>): string {
  return rowOf(render([serverRecord({ name: 'web-01', ...seed })]))
}

describe('the fleet page', () => {
  it('says the sentence first, in the one heading of its level', () => {
    const page = render(believableFleet())

    expect(page.match(/<h1/g)).toHaveLength(1)
    expect(page.indexOf('<h1')).toBeLessThan(page.indexOf('class="tiles"'))
    expect(page).toMatch(
      /<h1[^>]*>4 of 13 servers need a person now: 2 stale, 2 silent\.<span class="rest"[^>]*> Oldest: web-03/,
    )
  })

  it('counts who needs a person, a restart, and who cannot be told', () => {
    const page = render(believableFleet())

    const tiles = Array.from(
      page.matchAll(/<dt>.*?<span><a[^>]*>(.*?)<\/a><\/span><\/dt><dd>(.*?)<\/dd>/gs),
      ([, label, count]) => [label, count],
    )
    expect(tiles).toEqual([
      ['Need a person', '4'],
      ['Restart required', '6'],
      ['Cannot tell', '2'],
      ['OK or deferrable', '5'],
    ])
  })

  it('leads from every count to the servers it counts, also to those that are silent with a known need', () => {
    const page = render(believableFleet())

    expect(page).toContain('<a href="/?q=reason%3A*">Need a person</a>')
    expect(page).toContain('<a href="/?q=state%3Aunknown">Cannot tell</a>')
    expect(page).toMatch(
      /<a href="\/\?q=state%3Arestart-required\+reporting%3Asilent"\s*>\+ 1 silent, restart required<\/a/,
    )
    expect(render([serverRecord({ name: 'a' })])).not.toContain('tile-note')
  })

  it('rolls the fleet up by application, the worst first, each name a link to its page', () => {
    const page = render(believableFleet())
    const table = page.slice(page.indexOf('id="apps-title"'))

    expect(Array.from(table.matchAll(/<th role="rowheader"[^>]*><a href="([^"]*)"/g), ([, href]) => href)).toEqual([
      '/apps/shop',
      '/apps/mail',
      '/apps/ci',
      '/apps/backup',
    ])
    expect(table).toContain('<a href="/?q=app%3Aci+reason%3A*">1</a>')
    expect(render([serverRecord({ name: 'a' })])).not.toContain('id="apps-title"')
  })

  it.each([
    ['a/b', '/apps/a%2Fb'],
    ['..', '/?q=app%3A..'],
  ])('finds the page of an application called %s', (application, href) => {
    expect(row({ application })).toContain(`<a href="${href}">`)
  })

  it('keeps the order it was given: promoted first, then restart required, unknown, ok', () => {
    const page = render(believableFleet())

    const names = Array.from(page.matchAll(/title="([a-z]+-\d+)"/g), ([, name]) => name)
    expect(names.slice(0, 8)).toEqual([
      'web-03',
      'db-01',
      'build-07',
      'mail-01',
      'web-01',
      'api-02',
      'web-02',
      'cache-01',
    ])
  })

  it.each([
    {
      what: 'restart required',
      seed: { flag: ['libssl3'] },
      word: 'Restart required',
      shape: 'shape-restart-required',
    },
    {
      what: 'deferrable',
      seed: { flag: ['linux-image-6.1.0-41-amd64'], livepatchCovers: true },
      word: 'Deferrable',
      shape: 'shape-deferrable',
    },
    { what: 'unknown', seed: { flag: 'unreadable' as const }, word: 'Unknown', shape: 'shape-unknown' },
    { what: 'ok', seed: {}, word: 'OK', shape: 'shape-ok' },
  ])('shows $what by word and by shape', ({ seed, word, shape }) => {
    const markup = row(seed)

    expect(markup).toContain(`<span class="word">${word}</span>`)
    expect(markup).toContain(shape)
  })

  it('never shows a silent server as ok', () => {
    const markup = row({ heardAgoMs: 3_600_000 })

    expect(markup).toContain('>Unknown<')
    expect(markup).toContain('>Silent<')
    expect(markup).not.toContain('>OK<')
  })

  it('marks who is late without taking the state away', () => {
    const markup = row({ heardAgoMs: 300_000 })

    expect(markup).toContain('>Late<')
    expect(markup).toContain('>OK<')
  })

  it('shows a server that was never heard as unknown, not as a row of zeros', () => {
    const markup = row({ heardAgoMs: null })

    expect(markup).toContain('>Never reported<')
    expect(markup).toContain('>Unknown<')
  })

  it('says for how long, until when, and at least how long where only that is known', () => {
    const over = row({ flag: ['libc6'], pendingMs: 31 * DAY_MS })
    const due = row({ flag: ['libc6'], pendingMs: 2 * DAY_MS, quality: 'upper-bound' })

    expect(over).toContain('>31 d</time>')
    expect(over).toContain('>overdue by 1 d</time>')
    expect(due).toContain('≥ ')
    expect(due).toContain('>in 28 d</time>')
  })

  it.each([
    { what: 'one package', flag: ['libc6'], why: 'libc6' },
    { what: 'several packages', flag: ['libc6', 'dbus', 'systemd'], why: 'libc6 +2' },
    { what: 'a flag without names', flag: [], why: 'No package is named' },
  ])('names the cause: $what', ({ flag, why }) => {
    const markup = row({ flag })

    expect(markup).toContain(`data-label="Why"><span class="why" title="${why}">${why}</span></td>`)
  })

  it('shows exposure as its own mark beside the state', () => {
    const markup = row({ flag: ['libc6'], exposure: 'exposed' })

    expect(markup).toContain('exposure-exposed')
    expect(markup).toContain('<span class="reason">Exposed</span>')
  })

  it('leads to those who are not counted, and says that the collector was blind', () => {
    const fleet = [
      serverRecord({ name: 'a' }),
      serverRecord({ name: 'b', lifecycle: 'pending-approval' }),
      serverRecord({ name: 'c', lifecycle: 'conflict' }),
    ]
    const blind = { since: FLEET_NOW, reason: 'paused', servers: 3 } as const

    const page = render(fleet, { summary: toSummary(projectionOf(fleet), blind, FLEET_NOW) })

    expect(page).toContain('<a href="/?q=lifecycle%3Apending-approval">1 waits for approval</a>')
    expect(page).toContain('<a href="/?q=lifecycle%3Aconflict">1 in conflict</a>')
    expect(page).toMatch(/>The collector was paused<\/strong> 3 not called late\s+yet\. <a href="\/help#blind">/)
    expect(page).not.toContain('Every server is heard')
  })

  it('says nothing of it where every server counts', () => {
    expect(render([serverRecord({ name: 'a' })])).not.toContain('Not counted')
  })

  it('says how many servers cannot tell who reaches them, and how to declare it', () => {
    const fleet = [serverRecord({ name: 'a' })]
    const summary = toSummary(projectionOf(fleet), null, FLEET_NOW)
    const of = (counts: object) =>
      render(fleet, { summary: { ...summary, exposureMissing: { 'public-address': 0, scan: 0, other: 3, ...counts } } })

    expect(of({ 'public-address': 1_200 })).toMatch(/1,200 servers cannot tell whether a public address leads to them:/)
    expect(of({ 'public-address': 1 })).toContain('<code>publicAddresses</code>')
    expect(of({ scan: 1 })).toMatch(
      /On 1 server no scan of the firewall has answered:\s*<code>overdue-agent doctor<\/code>/,
    )
    expect(of({ scan: 2 })).toContain('<a href="#exposure-note">2 cannot tell who reaches them</a>')
    expect(of({})).toMatch(/id="exposure-note"[^>]* hidden/)
    expect(of({})).not.toContain('href="#exposure-note"')
  })

  it('links its neighbours as plain pages', () => {
    const page = render(believableFleet(), { paging: { number: 2, count: 3 } })

    expect(page).toContain('<a rel="prev" href="/">')
    expect(page).toContain('<a rel="next" href="/?page=3">')
    expect(page).toContain('Page 2 of 3')
  })

  it('keeps servers asked for by id apart from the list', () => {
    const gone = toServerRow(serverRecord({ name: 'away-01' }), FLEET_NOW, FLEET_NOW)

    const page = render(believableFleet(), { also: [gone] })

    expect(page).toMatch(/<tbody[^>]*data-also[^>]* hidden>.*away-01/s)
  })

  it('counts in the title who needs a person', () => {
    const page = render(believableFleet())

    expect(page).toContain('<title>(3) Overdue</title>')
  })

  it('shows hostile texts as text, in every place a host can write', () => {
    const raw = hostileTexts().filter((text) => {
      const seed = { name: text, application: text, environment: text, os: text, flag: [text], id: text }
      return render([serverRecord(seed)]).includes(text)
    })

    expect(raw).toEqual([])
  })
})

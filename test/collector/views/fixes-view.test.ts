import { describe, expect, it } from 'vitest'
import { fixesText } from '../../../collector/cli/fixes-text.ts'
import { fixesList } from '../../../collector/dashboard/components/fixes-list.ts'
import { renderDocument } from '../../../collector/dashboard/html.ts'
import { type FixView, toFixViews } from '../../../collector/views/fixes-view.ts'
import { cveCountText } from '../../../shared/sections/fix-groups.ts'
import type { PackageFix } from '../../../shared/sections/updates.ts'
import { flag, observed } from '../../shared/judgement/subjects.ts'
import { recordOf } from '../../support/judged-record.ts'

const SSL: PackageFix = {
  package: 'libssl3:amd64',
  from: '3.0.20-1~deb12u2',
  to: '3.0.22-1~deb12u2',
  cves: ['CVE-2026-84782', 'CVE-2026-77696', 'CVE-2026-75806', 'CVE-2026-75805', 'CVE-2026-75803'],
  more: 7,
  missing: null,
  isInThisBoot: true,
}
const OPENSSL = { ...SSL, package: 'openssl:amd64' }
const UNREAD: PackageFix = {
  package: '<b>curl</b>:amd64',
  from: '1',
  to: '2',
  cves: [],
  more: 0,
  missing: 'it has no changelog on this host',
}
const QUIET: PackageFix = { ...UNREAD, package: 'tzdata:all', missing: null }
const MISSING = { pending: null, unattendedUpgrades: null, packageRuns: null, fixes: null }

function views(...fixes: PackageFix[]): FixView[] {
  const record = recordOf(1, { sentinel: observed(flag({ packages: ['libssl3'] })) })
  return toFixViews({ ...record, knownExploited: [{ package: 'libssl3:amd64', cve: 'CVE-2026-77696' }] }, fixes) ?? []
}

function pageText(fixes: FixView[] | null, hasList: boolean, why: string | null = null): string {
  const markup = renderDocument(fixesList({ fixes, updatesMissing: { ...MISSING, fixes: why } }, hasList))
  expect(markup).not.toContain('<b>')
  return markup.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
}

describe('what upgrades fixed', () => {
  it('awaits the restart only where what asks for it was upgraded in this boot', () => {
    const { isInThisBoot: _, ...before } = SSL

    expect(views(SSL, OPENSSL, before).map(({ awaitsRestart }) => awaitsRestart)).toEqual([true, false, false])
    expect(toFixViews(recordOf(1), [SSL])?.[0]?.awaitsRestart).toBe(false)
  })

  it('is one line on the page for what was upgraded together, with what is exploited before all', () => {
    const text = pageText(views(SSL, OPENSSL, UNREAD, QUIET), true)

    expect(text).toContain('libssl3, openssl : 12 CVEs, in use after a restart')
    expect(text).toContain('Known to be exploited: CVE-2026-77696')
    expect(text).toContain('and 9 more')
    expect(text).toContain('not known')
    expect(text).toContain('it has no changelog on this host')
    expect(text).toContain('1 more package was upgraded whose changelogs name none')
    expect(text).not.toContain('no list')
  })

  it('says on the page that nobody knows what is exploited where there is no list, and why nothing is known', () => {
    expect(pageText(views(SSL), false)).toContain('the collector was given no list')
    expect(pageText(null, true, 'no log')).toContain('What upgrades fixed is not known: no log.')
  })

  it('is told on the command line in the same words', () => {
    const text = fixesText({ fixes: views(SSL, OPENSSL, UNREAD, QUIET), updatesMissing: MISSING }).join('\n')

    expect(text).toContain('libssl3, openssl')
    expect(text).toContain('after a restart')
    expect(text).toContain('12 CVEs (CVE-2026-84782, CVE-2026-77696, CVE-2026-75806, CVE-2026-75805, ...)')
    expect(text).toContain('known to be exploited: CVE-2026-77696')
    expect(text).toContain('not known: it has no changelog on this host')
    expect(text).not.toContain('tzdata')
    expect(fixesText({ fixes: null, updatesMissing: { ...MISSING, fixes: 'no log' } }).join('\n')).toContain(
      'What upgrades fixed is not known: no log',
    )
  })

  it.each([
    [12, true, '12 CVEs'],
    [1, false, '1 CVE or more'],
    [0, true, 'no CVE named'],
    [0, false, 'not known'],
  ])('of %i ids, read whole: %s, is "%s"', (count, isComplete, text) => {
    expect(cveCountText(count, isComplete)).toBe(text)
  })
})

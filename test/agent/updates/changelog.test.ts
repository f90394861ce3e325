import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Changelog, type FixedIds } from '../../../agent/updates/changelog.ts'

const OPENSSL = readFileSync(new URL('../../fixtures/updates/openssl-changelog.txt', import.meta.url), 'utf8')

function read(text: string, from: string, to: string): FixedIds {
  const changelog = new Changelog({ from, to })
  for (const line of text.split('\n')) {
    if (changelog.isDone) break
    changelog.take(line)
  }
  return changelog.result()
}

/** Entries as `version`, then what it says; the one before the range ends the log. */
function fixedBy(...entries: [version: string, ...lines: string[]][]): string[] {
  const texts = [...entries, ['1.0-1', '  * Begin.'] as const].map(([version, ...lines]) =>
    [
      `demo (${version}) stable; urgency=medium`,
      '',
      ...lines,
      '',
      ' -- A <a@b.c>  Fri, 03 Apr 2026 14:29:32 +0200',
      '',
    ].join('\n'),
  )
  return read(texts.join('\n'), '1.0-1', '9').cves
}

describe('what a changelog says was fixed', () => {
  it('between two versions of openssl in Debian are the twelve that its advisories name', () => {
    const { cves, missing } = read(OPENSSL, '3.0.20-1~deb12u2', '3.0.22-1~deb12u2')

    expect(cves).toHaveLength(12)
    expect(cves[0]).toBe('CVE-2026-84782')
    expect(cves).toContain('CVE-2026-42767')
    expect(missing).toBeNull()
  })

  it('is what lies above the version before and not above the one after', () => {
    expect(read(OPENSSL, '3.0.22-1~deb12u1', '3.0.22-1~deb12u2').cves).toHaveLength(6)
    expect(read(OPENSSL, '3.0.20-1~deb12u2', '3.0.22-1~deb12u1').cves).toHaveLength(6)
  })

  it('may be more where older entries were removed, as Ubuntu does without a word', () => {
    const { cves, missing } = read(OPENSSL, '3.0.2-0ubuntu1', '3.0.22-1~deb12u2')

    expect(cves.length).toBeGreaterThan(12)
    expect(missing).toMatch(/^its changelog begins with 3\.0\.\S+: older entries were removed$/)
  })

  it('is not known to be all where the log ends before the version that was installed', () => {
    expect(read(OPENSSL, '3.0.20-1~deb12u2', '3.0.23-1').missing).toBe('its changelog ends with 3.0.22-1~deb12u2')
  })

  it('is not known where the file is no changelog of a distribution', () => {
    const upstream = 'Version 2.0\n * Fixes CVE-2024-1111\n'

    expect(read(upstream, '1.0', '2.0')).toEqual({
      cves: [],
      missing: 'its changelog has no entries of Debian or Ubuntu',
    })
  })

  it('is read from items below a heading, from names of patches, and once each', () => {
    const lines = [
      '  * SECURITY UPDATE: buffer overflow (LP: #2012345)',
      '    - debian/patches/CVE-2023-0464-1.patch: limit the size in',
      '      crypto/x509/pcy_local.c.',
      '    - debian/patches/CVE-2023-0464-2.patch: add a test.',
      '    - CVE-2023-0464, cve-2023-0465',
    ]

    expect(fixedBy(['1.0-2', ...lines])).toEqual(['CVE-2023-0465', 'CVE-2023-0464'])
  })

  it('knows the old name of ids, several numbers of one year, and text without bullets', () => {
    expect(fixedBy(['1.0-2', '  Security fix for CAN-2004-0079.'])).toEqual(['CVE-2004-0079'])
    expect(fixedBy(['1.0-2', '  * CVE-2017-1000364/1000366'])).toEqual(['CVE-2017-1000366', 'CVE-2017-1000364'])
  })

  it.each([
    ['  * SECURITY REGRESSION: crash after the fix for CVE-2024-1111'],
    ['  * Dropped changes, included upstream:', '    - CVE-2024-1111.patch'],
    ['  * Drop CVE-2024-1111.patch, applied upstream'],
    ['  * debian/patches/CVE-2024-1111.patch: dropped'],
    ['  * Removed patches, no longer needed:', '    + debian/patches/', '      CVE-2024-1111.patch'],
    ['  * Revert the fix for CVE-2024-1111: it broke sessions'],
    ['  * Refresh CVE-2024-1111.patch'],
  ])('are not the ids that are only mentioned: %s', (...lines) => {
    expect(fixedBy(['1.0-2', ...lines, '  * CVE-2025-2222: fixed'])).toEqual(['CVE-2025-2222'])
  })

  it('are also ids of what drops or removes something that is no patch', () => {
    expect(fixedBy(['1.0-2', '  * Drop privileges before parsing (CVE-2024-1111)'])).toEqual(['CVE-2024-1111'])
    expect(fixedBy(['1.0-2', '  * Remove insecure ciphers (CVE-2016-2183)'])).toEqual(['CVE-2016-2183'])
  })

  it('is no longer what a newer entry took back, until a still newer one fixes it again', () => {
    const fixed: [string, string] = ['1.0-2', '  * Fix CVE-2024-1111']
    const reverted: [string, string] = ['1.0-3', '  * Revert "Fix CVE-2024-1111"']

    expect(fixedBy(reverted, fixed)).toEqual([])
    expect(fixedBy(['1.0-4', '  * Fix CVE-2024-1111 properly'], reverted, fixed)).toEqual(['CVE-2024-1111'])
  })

  it('stays what a regression of it is mended for', () => {
    const fixed: [string, string] = ['1.0-2', '  * Fix CVE-2024-1111']

    expect(fixedBy(['1.0-3', '  * Fix regression of the fix for CVE-2024-1111'], fixed)).toEqual(['CVE-2024-1111'])
  })

  it("counts Debian's kernel under both of its sources, whose versions are written differently", () => {
    const text = [
      'linux-signed-amd64 (6.1.192+2) bookworm-security; urgency=high',
      '',
      '  * Sign kernel from linux 6.1.192-2',
      '',
      '  * [x86] fix one (CVE-2026-1111)',
      '',
      'linux (6.1.192-1) bookworm-security; urgency=high',
      '',
      '  * New upstream stable update:',
      '    - netfilter: fix two (CVE-2026-2222)',
      '',
      'linux (6.1.187-1) bookworm-security; urgency=high',
      '',
      '    - older (CVE-2026-3333)',
    ].join('\n')

    expect(read(text, '6.1.187-1', '6.1.192-2')).toEqual({ cves: ['CVE-2026-2222', 'CVE-2026-1111'], missing: null })
    expect(read(text, '6.1.192-1', '6.1.192-2').cves).toEqual(['CVE-2026-1111'])
  })
})

import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { explainFixes } from '../../../agent/commands/explain-fixes.ts'
import { findFixes } from '../../../agent/commands/scan-updates-fixes.ts'
import { createRecordedHost } from '../../../agent/host/recorded-host.ts'
import { makeRecording, type HostFiles } from '../../support/recorded-host.ts'

const OPENSSL = readFileSync(new URL('../../fixtures/updates/openssl-changelog.txt', import.meta.url), 'utf8')

/** A virtual machine on which openssl was upgraded in this boot, and a kernel installed. */
const HOST: HostFiles = {
  'clock.json': { json: { now: '2026-11-22T12:00:00Z', bootedAt: '2026-11-22T06:00:00Z' } },
  'etc/timezone': 'UTC\n',
  'proc/sys/kernel/osrelease': '6.1.0-40-amd64\n',
  'proc/sys/kernel/version': '#1 SMP PREEMPT_DYNAMIC Debian 6.1.187-1 (2026-08-01)\n',
  'var/lib/dpkg/status': [
    ...stanza('libssl3', '3.0.22-1~deb12u2', 'openssl'),
    ...stanza('openssl', '3.0.22-1~deb12u2'),
    ...stanza('curl', '7.88.1-10+deb12u14'),
    ...stanza('linux-image-6.1.0-56-amd64', '6.1.192-2', 'linux-signed-amd64 (6.1.192+2)'),
  ].join('\n'),
  'var/log/dpkg.log': [
    '2026-11-20 08:00:00 upgrade gone:amd64 1 2',
    '2026-11-22 08:00:00 upgrade libssl3:amd64 3.0.20-1~deb12u2 3.0.22-1~deb12u2',
    '2026-11-22 08:00:01 upgrade openssl:amd64 3.0.20-1~deb12u2 3.0.22-1~deb12u2',
    '2026-11-22 08:00:02 upgrade curl:amd64 7.88.1-10 7.88.1-10+deb12u14',
  ].join('\n'),
  'usr/share/doc/libssl3/changelog.Debian.gz': gzipSync(OPENSSL),
  // Of the same source: without a log of its own, and told by the one of libssl3.
  'usr/share/doc/openssl': null,
  'usr/share/doc/linux-image-6.1.0-56-amd64/changelog.gz': gzipSync(
    'linux-signed-amd64 (6.1.192+2) bookworm-security; urgency=high\n\n  * fix (CVE-2026-1111)\n\nlinux (6.1.187-1) b; u=l\n',
  ),
}

function stanza(name: string, version: string, source?: string): string[] {
  const from = source === undefined ? [] : [`Source: ${source}`]
  return [`Package: ${name}`, 'Status: install ok installed', 'Architecture: amd64', ...from, `Version: ${version}`, '']
}

async function fixesOf(change: HostFiles = {}) {
  const directory = makeRecording({ ...HOST, ...change })
  return (await findFixes(createRecordedHost({ directory, clock: 'recorded' }))).fixes
}

describe('the scan of what upgrades fixed', () => {
  it('reads the changelogs of the kernel to come and of what was upgraded, one for what is built together', async () => {
    const [kernel, ssl, openssl, curl, ...rest] = await fixesOf()

    expect(kernel).toEqual({
      package: 'linux-image-6.1.0-56-amd64',
      from: '6.1.187-1',
      to: '6.1.192-2',
      cves: ['CVE-2026-1111'],
      more: 0,
      missing: null,
      isInThisBoot: true,
    })
    expect(ssl).toMatchObject({ package: 'libssl3:amd64', more: 0, missing: null, isInThisBoot: true })
    expect(ssl?.cves).toHaveLength(12)
    expect(openssl?.cves).toEqual(ssl?.cves)
    expect(curl).toMatchObject({ package: 'curl:amd64', cves: [], missing: 'it has no changelog on this host' })
    expect(rest).toEqual([])
  })

  it('finds the changelog behind the link that packages of one source leave', async () => {
    const [, , openssl] = await fixesOf({
      'usr/share/doc/libssl3/changelog.Debian.gz': gzipSync('openssl (1.0) old; urgency=low\n'),
      'usr/share/doc/openssl': { link: 'libssl-doc' },
      'usr/share/doc/libssl-doc/changelog.Debian.gz': gzipSync(OPENSSL),
    })

    expect(openssl?.cves).toHaveLength(12)
    expect(openssl?.missing).toBeNull()
  })

  it('says of a file that is cut off what it held, and that it was not all', async () => {
    const whole = gzipSync(OPENSSL)
    const [, ssl] = await fixesOf({ 'usr/share/doc/libssl3/changelog.Debian.gz': whole.subarray(0, whole.length / 2) })

    expect(ssl?.missing).not.toBeNull()
  })

  it('leaves the kernel to the outer machine in a container', async () => {
    const [first] = await fixesOf({ 'run/systemd/container': 'lxc' })

    expect(first?.package).toBe('libssl3:amd64')
  })

  it('knows nothing where nothing tells what was upgraded', async () => {
    const files = Object.fromEntries(Object.entries(HOST).filter(([path]) => path !== 'var/log/dpkg.log'))
    const host = createRecordedHost({ directory: makeRecording(files), clock: 'recorded' })

    await expect(findFixes(host)).rejects.toThrow('there is no /var/log/dpkg.log')
  })
})

describe('what was fixed, as the host explains it', () => {
  it('is a line for what was upgraded together, and never "none" for what could not be read', async () => {
    const text = explainFixes({ fixes: await fixesOf(), missing: {} }).join('\n')

    expect(text).toContain('libssl3, openssl 3.0.20-1~deb12u2 -> 3.0.22-1~deb12u2, in this boot: 12 CVEs')
    expect(text).toContain('CVE-2026-75803 and 7 more')
    expect(text).toContain('curl 7.88.1-10 -> 7.88.1-10+deb12u14, in this boot: not known: it has no changelog')
  })

  it('says why nothing is known', () => {
    expect(explainFixes({ fixes: null, missing: { fixes: 'no log' } })).toEqual(['  not known: no log'])
    expect(explainFixes({ fixes: [], missing: {} })).toEqual(['  nothing that a changelog names'])
  })
})

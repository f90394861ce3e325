import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createRecordedHost } from '../../../agent/host/recorded-host.ts'
import { earliestInstall, parseLogLine } from '../../../agent/probes/dpkg-log.ts'
import { makeRecording, type HostFiles } from '../../support/recorded-host.ts'

const UTC = { 'etc/localtime': { link: '/usr/share/zoneinfo/Etc/UTC' } }
const BOOT = Date.parse('2026-11-01T00:00:00Z')

async function install(files: HostFiles, names: string[], from = BOOT): Promise<string | null> {
  const host = createRecordedHost({ directory: makeRecording({ ...UTC, ...files }), clock: 'recorded' })
  const at = await earliestInstall(host, names, from)
  return at === null ? null : new Date(at).toISOString()
}

function upgradeOf(name: string, day: string): string {
  return [
    `${day} 06:00:00 upgrade ${name}:amd64 1 2`,
    `${day} 06:00:01 status half-configured ${name}:amd64 1`,
    `${day} 06:00:02 configure ${name}:amd64 2 <none>`,
    `${day} 06:00:03 status installed ${name}:amd64 2`,
    '',
  ].join('\n')
}

describe('lines of dpkg.log', () => {
  it.each([
    [
      '2026-11-22 04:46:27 status installed linux-image-6.1.0-56-cloud-amd64:amd64 6.1.192-2',
      'installed',
      'linux-image-6.1.0-56-cloud-amd64',
    ],
    [
      '2026-11-22 04:46:19 install linux-image-6.1.0-56-cloud-amd64:amd64 <none> 6.1.192-2',
      'begins',
      'linux-image-6.1.0-56-cloud-amd64',
    ],
    ['2026-11-22 04:35:08 upgrade dpkg 1.21.23 1.21.23', 'begins', 'dpkg'],
    ['2026-11-22 04:35:08 status unpacked dpkg 1.21.23', 'other', 'unpacked'],
    ['2026-11-22 04:35:08 startup archives install', 'other', 'archives'],
    ['2026-11-22 04:35:08 trigproc libc-bin:amd64 2.36 <none>', 'other', 'libc-bin'],
  ])('%s', (line, kind, name) => {
    expect(parseLogLine(line)).toEqual({ time: line.slice(0, 19), kind, name })
  })

  it.each([
    '',
    'garbage',
    '2026-11-22 status installed libc6',
    '22.11.2026 04:35:08 install a b',
    '2026-11-22 04:35:08 install ',
  ])('%j is none', (line) => {
    expect(parseLogLine(line)).toBeNull()
  })
})

describe('the first installation of a named package in this boot', () => {
  it('is the earliest of all names, whatever else was installed', async () => {
    const log = upgradeOf('bash', '2026-11-02') + upgradeOf('libc6', '2026-11-03') + upgradeOf('libssl3', '2026-11-04')

    expect(await install({ 'var/log/dpkg.log': log }, ['libssl3', 'libc6'])).toBe('2026-11-03T06:00:03.000Z')
    expect(await install({ 'var/log/dpkg.log': log }, ['libc'])).toBeNull()
    expect(await install({ 'var/log/dpkg.log': log }, [])).toBeNull()
  })

  it('does not count what lies before the boot', async () => {
    const log = upgradeOf('libc6', '2026-10-31') + upgradeOf('libc6', '2026-11-05')

    expect(await install({ 'var/log/dpkg.log': log }, ['libc6'])).toBe('2026-11-05T06:00:03.000Z')
  })

  it('is not a trigger, which ends with the same line', async () => {
    const trigger =
      '2026-11-02 06:00:00 trigproc libc6:amd64 2 <none>\n2026-11-02 06:00:01 status installed libc6:amd64 2\n'

    expect(await install({ 'var/log/dpkg.log': trigger + upgradeOf('libc6', '2026-11-03') }, ['libc6'])).toBe(
      '2026-11-03T06:00:03.000Z',
    )
  })

  it('is not one that dpkg began and did not finish', async () => {
    expect(await install({ 'var/log/dpkg.log': '2026-11-02 06:00:00 upgrade libc6:amd64 1 2\n' }, ['libc6'])).toBeNull()
  })

  it('is found in rotated logs, compressed or not', async () => {
    const files = {
      'var/log/dpkg.log': upgradeOf('libc6', '2026-11-20'),
      'var/log/dpkg.log.1': upgradeOf('libc6', '2026-11-10'),
      'var/log/dpkg.log.2.gz': gzipSync(upgradeOf('libc6', '2026-11-05')),
      'var/log/dpkg.log.10.gz': gzipSync(upgradeOf('libc6', '2025-11-05')),
      'var/log/dpkg.log.bak': upgradeOf('libc6', '2026-11-02'),
    }

    expect(await install(files, ['libc6'])).toBe('2026-11-05T06:00:03.000Z')
  })

  it('stops looking at the log that reaches back before the boot', async () => {
    const files = {
      'var/log/dpkg.log': upgradeOf('bash', '2026-10-30') + upgradeOf('libc6', '2026-11-20'),
      'var/log/dpkg.log.1': upgradeOf('libc6', '2026-11-10'),
    }

    expect(await install(files, ['libc6'])).toBe('2026-11-20T06:00:03.000Z')
  })

  it('does without a log that is damaged, missing or unreadable', async () => {
    expect(await install({}, ['libc6'])).toBeNull()
    expect(await install({ 'var/log/dpkg.log.1.gz': 'no gzip', 'var/log/dpkg.log': 'what?\n' }, ['libc6'])).toBeNull()
    const log = upgradeOf('libc6', '2026-11-20')
    expect(await install({ 'var/log/dpkg.log': log, 'unreadable.txt': '/var/log/dpkg.log' }, ['libc6'])).toBeNull()
    const impossible = '2026-13-45 99:00:00 upgrade libc6:amd64 1 2\n'
    expect(await install({ 'var/log/dpkg.log': impossible, 'var/log/dpkg.log.1': log }, ['libc6'])).toBe(
      '2026-11-20T06:00:03.000Z',
    )
  })
})

describe('the zone of the log', () => {
  const log = { 'var/log/dpkg.log': upgradeOf('libc6', '2026-11-20') }

  it.each<[string, HostFiles, string | null]>([
    ['the link', { 'etc/localtime': { link: '../usr/share/zoneinfo/Europe/Berlin' } }, '2026-11-20T05:00:03.000Z'],
    [
      'an absolute link',
      { 'etc/localtime': { link: '/usr/share/zoneinfo/posix/America/New_York' } },
      '2026-11-20T11:00:03.000Z',
    ],
    [
      '/etc/timezone where localtime is a copy',
      { 'etc/localtime': 'TZif2', 'etc/timezone': 'Asia/Kolkata\n' },
      '2026-11-20T00:30:03.000Z',
    ],
    ['UTC where nothing is set', {}, '2026-11-20T06:00:03.000Z'],
    ['nothing where a copy has no name', { 'etc/localtime': 'TZif2' }, null],
    ['nothing where the name is none', { 'etc/localtime': { link: '/usr/share/zoneinfo/Mars/Olympus' } }, null],
  ])('is told by %s', async (_, files, expected) => {
    const host = createRecordedHost({ directory: makeRecording({ ...log, ...files }), clock: 'recorded' })
    const at = await earliestInstall(host, ['libc6'], BOOT)

    expect(at === null ? null : new Date(at).toISOString()).toBe(expected)
  })

  it('takes the earlier of the two times of a repeated hour', async () => {
    const repeated = '2026-10-25 02:29:00 upgrade libc6:amd64 1 2\n2026-10-25 02:30:00 status installed libc6:amd64 2\n'
    const berlin = { 'etc/localtime': { link: '/usr/share/zoneinfo/Europe/Berlin' }, 'var/log/dpkg.log': repeated }

    expect(await install(berlin, ['libc6'], Date.parse('2026-10-01T00:00:00Z'))).toBe('2026-10-25T00:30:00.000Z')
  })
})

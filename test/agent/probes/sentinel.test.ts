import { describe, expect, it } from 'vitest'
import { createBootMemory } from '../../../agent/files/boot-memory.ts'
import { parsePackageNames, sentinelProbe } from '../../../agent/probes/sentinel.ts'
import type { SentinelSection } from '../../../shared/sections/sentinel.ts'
import { contextOf, makeRecording, type HostFiles } from '../../support/recorded-host.ts'

const FLAG = '/run/reboot-required'
const NAMES = '/run/reboot-required.pkgs'
/** Booted 04:30:00, looked at 05:00:00: an uptime of 30 min. */
const CLOCK = { json: { now: '2026-11-22T05:00:00Z', bootedAt: '2026-11-22T04:30:00Z' } }
const MINUTE_MS = 60_000
const EXT4_ROOT = '22 1 254:0 / / rw - ext4 none rw\n'

function minutes(count: number): number {
  return count * MINUTE_MS
}

async function look(files: HostFiles, memory = createBootMemory()) {
  const context = contextOf(makeRecording({ 'run/.keep': '', 'clock.json': CLOCK, ...files }), memory)
  return await sentinelProbe.read(context)
}

async function value(files: HostFiles, memory = createBootMemory()): Promise<SentinelSection> {
  const section = await look(files, memory)
  if (section.outcome !== 'observed') throw new Error(`${section.outcome}: ${section.reason}`)
  return section.value
}

function stat(entries: Record<string, unknown>) {
  return { 'stat.json': { json: entries } }
}

describe('the flag', () => {
  it('is not there on a host that needs nothing, and memory knows that we looked', async () => {
    const memory = createBootMemory()

    expect(await value({}, memory)).toEqual({
      present: false,
      stale: false,
      packages: [],
      packagesProblem: null,
      text: null,
      sources: [],
      since: null,
    })
    expect(memory.sawNoFlag).toBe(true)
  })

  it('counts when it is empty and names nothing', async () => {
    const memory = createBootMemory()
    const seen = await value({ [FLAG]: '' }, memory)

    expect(seen).toMatchObject({ present: true, stale: false, packages: [], packagesProblem: null, text: null })
    expect(seen.sources).toEqual([FLAG])
    expect(memory.sawNoFlag).toBe(false)
  })

  it('keeps its text as it was localised', async () => {
    const seen = await value({ [FLAG]: '\r\n  *** Redémarrage du système nécessaire ***\r\nmore\n' })

    expect(seen.text).toBe('*** Redémarrage du système nécessaire ***')
  })

  it('is none without the flag itself, whatever .pkgs says', async () => {
    expect(await value({ [NAMES]: 'libc6\n' })).toMatchObject({ present: false, packages: [] })
  })

  it('counts when it may not be read, and when it is absurdly long', async () => {
    expect(await value({ [FLAG]: 'x', 'unreadable.txt': FLAG })).toMatchObject({ present: true, text: null })
    expect(await value({ [FLAG]: 'x'.repeat(100_000) })).toMatchObject({ present: true, text: null })
  })

  it.each<[string, HostFiles, string]>([
    ['a symbolic link', { [FLAG]: { link: '/etc/hostname' }, 'etc/hostname': 'x' }, 'is a symbolic link'],
    ['a dangling link', { [FLAG]: { link: '/nowhere' } }, 'is a symbolic link'],
    ['a directory', { [FLAG]: null }, 'is a directory'],
    ['a user’s file', { [FLAG]: '', ...stat({ [FLAG]: { uid: 1000 } }) }, 'belongs to uid 1000'],
    [
      'a user’s unreadable file',
      { [FLAG]: '', 'unreadable.txt': FLAG, ...stat({ [FLAG]: { uid: 1000 } }) },
      'permission denied',
    ],
  ])('makes the section fail when it is %s', async (_, files, reason) => {
    const memory = createBootMemory()

    const section = await look(files, memory)

    expect(section).toEqual({ outcome: 'failed', reason: `read ${FLAG}: ${reason}`, value: null })
    expect(memory.sawNoFlag).toBe(false)
  })

  it('has no place on a recording without /run', async () => {
    const context = contextOf(makeRecording({ 'etc/hostname': 'x' }))

    expect(await sentinelProbe.read(context)).toEqual({ outcome: 'absent', reason: 'there is no /run', value: null })
  })
})

describe('the names', () => {
  it.each([
    [
      'linux-image-6.1.0-56-cloud-amd64\ndbus\nlinux-base\ndbus\n',
      ['linux-image-6.1.0-56-cloud-amd64', 'dbus', 'linux-base'],
    ],
    ['\nlibc6\n\n\nlibc6\n', ['libc6']],
    ['libc6\r\nlibssl3\r\n', ['libc6', 'libssl3']],
    ['  snap:core22\t\n', ['snap:core22']],
    ['libc6', ['libc6']],
    ['', []],
    ['a\u0000b\u001b[31m\n', ['a\uFFFDb\uFFFD[31m']],
  ])('in %j are %j', async (text, names) => {
    expect(await value({ [FLAG]: '', [NAMES]: text })).toMatchObject({ packages: names, packagesProblem: null })
  })

  it('are bounded in length and number', async () => {
    const many = Array.from({ length: 1_500 }, (_, index) => `p${index}`).join('\n')
    const seen = await value({ [FLAG]: '', [NAMES]: `${'n'.repeat(400)}\n${many}` })

    expect(seen.packages).toHaveLength(1_000)
    expect(seen.packages?.[0]).toHaveLength(255)
    expect(seen.packages?.[0]?.endsWith('…')).toBe(true)
  })

  it('never end in half a character', () => {
    expect(parsePackageNames('😀'.repeat(200))[0]?.isWellFormed()).toBe(true)
  })

  it.each<[string, HostFiles, string]>([
    ['may not be read', { [NAMES]: 'libc6\n', 'unreadable.txt': NAMES }, 'permission denied'],
    ['are a link', { [NAMES]: { link: '/etc/shadow' }, 'etc/shadow': 'root:x' }, 'is a symbolic link'],
    ['are a user’s', { [NAMES]: 'libc6\n', ...stat({ [NAMES]: { uid: 1000 } }) }, 'belongs to uid 1000'],
    ['are too long', { [NAMES]: 'x'.repeat(70_000) }, 'larger than 65536 bytes'],
  ])('are not known where they %s, and the flag counts all the same', async (_, files, problem) => {
    const seen = await value({ [FLAG]: '', ...files })

    expect(seen).toMatchObject({ present: true, packages: null, packagesProblem: `read ${NAMES}: ${problem}` })
  })
})

describe('/run and /var/run', () => {
  it('are one place where one is a link to the other', async () => {
    const seen = await value({ [FLAG]: '', [NAMES]: 'libc6\n', 'var/run': { link: '/run' } })

    expect(seen).toMatchObject({ sources: [FLAG], packages: ['libc6'] })
  })

  it('add up where they are two', async () => {
    const seen = await value({
      '/var/run/reboot-required': '',
      '/var/run/reboot-required.pkgs': 'dbus\nlibc6\n',
      [NAMES]: 'libc6\nlibssl3\n',
    })

    expect(seen).toMatchObject({ sources: ['/var/run/reboot-required'], packages: ['libc6', 'libssl3', 'dbus'] })
  })

  it('do with one valid flag where the other is none', async () => {
    const seen = await value({ [FLAG]: { link: '/etc/hostname' }, '/var/run/reboot-required': '' })

    expect(seen).toMatchObject({ present: true, sources: ['/var/run/reboot-required'] })
  })

  it('leave out a /var/run that leads nowhere', async () => {
    expect(await value({ [FLAG]: '', 'var/run': { link: '/gone' } })).toMatchObject({ sources: [FLAG] })
  })

  it('do not know the names when those of one place cannot be read', async () => {
    const seen = await value({
      [FLAG]: '',
      [NAMES]: 'linux-image-6.1.0-56-amd64\n',
      '/var/run/reboot-required.pkgs': 'libc6\n',
      'unreadable.txt': '/var/run/reboot-required.pkgs',
    })

    expect(seen.packages).toBeNull()
  })
})

describe('a flag of an earlier boot', () => {
  const old = { mtime: '2026-11-22T04:27:00Z', birth: '2026-11-20T00:00:00Z' }

  it('is stale where /run survives a restart', async () => {
    const memory = createBootMemory()
    const seen = await value({ [FLAG]: '', 'proc/self/mountinfo': EXT4_ROOT, ...stat({ [FLAG]: old }) }, memory)

    expect(seen).toMatchObject({ present: true, stale: true, since: null, sources: [FLAG] })
    expect(memory.recall('sentinel')).toBeNull()
    expect(memory.sawNoFlag).toBe(true)
  })

  it.each([
    ['on tmpfs, where it cannot be', `${EXT4_ROOT}24 22 0:22 / /run rw shared:5 - tmpfs none rw\n`, old],
    ['without a list of mounts', null, old],
    ['within two minutes of the boot', EXT4_ROOT, { ...old, mtime: '2026-11-22T04:28:00Z' }],
    ['of unknown age', EXT4_ROOT, {}],
  ])('is not assumed %s', async (_, mounts, facts) => {
    const files = mounts === null ? {} : { 'proc/self/mountinfo': mounts }

    expect(await value({ [FLAG]: '', ...files, ...stat({ [FLAG]: facts }) })).toMatchObject({ stale: false })
  })

  it('does not hide a fresh one in the other place', async () => {
    const files = { [FLAG]: '', '/var/run/reboot-required': '', 'proc/self/mountinfo': EXT4_ROOT }
    const seen = await value({
      ...files,
      ...stat({ [FLAG]: old, '/var/run/reboot-required': { birth: '2026-11-22T04:40:00Z' } }),
    })

    expect(seen).toMatchObject({ stale: false, since: { uptimeMs: minutes(10), quality: 'exact' } })
  })

  it('is told by the start of the container, not of the machine around it', async () => {
    // Started 20 min after the machine: the flag of 04:40 is of the run before.
    const files = {
      [FLAG]: '',
      'proc/self/mountinfo': EXT4_ROOT,
      ...stat({ [FLAG]: { mtime: '2026-11-22T04:40:00Z' } }),
    }
    const firstProcess = '1 (a (strange) name) S 0 1 1 0 -1 4194560 1 2 0 0 1 2 0 0 20 0 1 0 120000 1000 100 1\n'

    expect(await value({ ...files, 'proc/1/stat': firstProcess })).toMatchObject({ stale: true })
    expect(await value(files)).toMatchObject({ stale: false })
    const lxcfs = `${EXT4_ROOT}99 22 0:99 /uptime /proc/uptime rw - fuse.lxcfs lxcfs rw\n`
    expect(await value({ ...files, 'proc/1/stat': firstProcess, 'proc/self/mountinfo': lxcfs })).toMatchObject({
      stale: false,
    })
  })
})

describe('since', () => {
  const log = [
    '2026-11-22 04:20:00 startup archives unpack',
    '2026-11-22 04:41:00 upgrade libc6:amd64 2.36-9 2.36-10',
    '2026-11-22 04:42:00 status installed libc6:amd64 2.36-10',
    '',
  ].join('\n')
  const utc = { 'etc/timezone': 'Etc/UTC\n' }

  it('is the birth of the flag, never its mtime', async () => {
    const facts = { birth: '2026-11-22T04:45:00Z', mtime: '2026-11-22T04:59:00Z' }

    expect((await value({ [FLAG]: '', ...stat({ [FLAG]: facts }) })).since).toEqual({
      uptimeMs: minutes(15),
      quality: 'exact',
    })
  })

  it('is an upper bound where only the first look knows', async () => {
    const seen = await value({ [FLAG]: '', ...stat({ [FLAG]: { mtime: '2026-11-22T04:45:00Z' } }) })

    expect(seen.since).toEqual({ uptimeMs: minutes(30), quality: 'upper-bound' })
  })

  it('was observed when an earlier look found no flag', async () => {
    const memory = createBootMemory()
    await value({}, memory)

    expect((await value({ [FLAG]: '' }, memory)).since).toEqual({ uptimeMs: minutes(30), quality: 'observed' })
  })

  it.each([
    ['before the boot', '2026-11-22T04:29:59Z'],
    ['in 1970', '1970-01-01T00:00:00Z'],
    ['in the future', '2026-11-22T05:00:01Z'],
  ])('does not believe a birth %s', async (_, birth) => {
    const seen = await value({ [FLAG]: '', ...stat({ [FLAG]: { birth } }) })

    expect(seen.since?.quality).toBe('upper-bound')
  })

  it('is when dpkg installed a listed package, if that is earlier', async () => {
    const files = { [FLAG]: '', [NAMES]: 'libc6\n', 'var/log/dpkg.log': log, ...utc }
    const facts = stat({ [FLAG]: { birth: '2026-11-22T04:45:00Z' } })

    expect((await value({ ...files, ...facts })).since).toEqual({ uptimeMs: minutes(12), quality: 'exact' })
    expect((await value({ ...files, ...facts, [NAMES]: 'libssl3\n' })).since?.uptimeMs).toBe(minutes(15))
  })

  it('stays what memory knows, whatever the files say later', async () => {
    const memory = createBootMemory()
    memory.earliest('sentinel', { uptimeMs: 5_000, quality: 'observed' })
    const files = { [FLAG]: '', [NAMES]: 'libc6\n', 'var/log/dpkg.log': log, ...utc }

    expect((await value(files, memory)).since).toEqual({ uptimeMs: 5_000, quality: 'observed' })
  })

  it('is kept in memory for the looks to come, also while the flag is gone in between', async () => {
    const memory = createBootMemory()
    await value({ [FLAG]: '', ...stat({ [FLAG]: { birth: '2026-11-22T04:45:00Z' } }) }, memory)
    await value({}, memory)

    const again = await value({ [FLAG]: '', ...stat({ [FLAG]: { birth: '2026-11-22T04:58:00Z' } }) }, memory)

    expect(again.since).toEqual({ uptimeMs: minutes(15), quality: 'exact' })
  })
})

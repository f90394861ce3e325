import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRecordedHost } from '../../../agent/host/recorded-host.ts'
import { makeRecording, temporaryDirectory, type HostFiles } from '../../support/recorded-host.ts'

function recorded(files: HostFiles) {
  return createRecordedHost({ directory: makeRecording(files), clock: 'recorded' })
}
function living(files: HostFiles) {
  return createRecordedHost({ directory: makeRecording(files), clock: 'live' })
}

const BOOTED = Date.parse('2026-11-22T04:30:00Z')
const NOW = Date.parse('2026-11-22T05:00:00Z')
const CLOCK = { json: { now: '2026-11-22T05:00:00Z', bootedAt: '2026-11-22T04:30:00Z' } }

describe('the clock of a recording', () => {
  it('stands still where it was taken', () => {
    const host = recorded({ 'clock.json': CLOCK })

    expect(host.now()).toBe(NOW)
    expect(host.uptimeMs()).toBe(NOW - BOOTED)
  })

  it('takes the boot time from /proc/stat where clock.json has none', () => {
    const host = recorded({
      'clock.json': { json: { now: '2026-11-22T05:00:00Z' } },
      'proc/stat': 'cpu 1\nbtime 1795321800\n',
    })

    expect(host.uptimeMs()).toBe(NOW - BOOTED)
  })

  it('is the epoch when nobody recorded one, never the live clock', () => {
    const host = recorded({})

    expect(host.now()).toBe(0)
    expect(host.uptimeMs()).toBe(0)
  })

  it('runs on when the recording lives, from the recorded boot', () => {
    const host = living({ 'clock.json': CLOCK })

    expect(host.now()).toBeGreaterThan(NOW)
    expect(Math.abs(host.now() - host.uptimeMs() - BOOTED)).toBeLessThan(1_000)
  })

  it('has the uptime of this machine when the recording lives and knows no boot', () => {
    expect(living({}).uptimeMs()).toBeGreaterThanOrEqual(Math.floor(uptime()) * 1000 - 1_000)
  })
})

describe('the files of a recording', () => {
  it('are those inside its folder, wherever links and dots lead', async () => {
    const outside = temporaryDirectory()
    writeFileSync(join(outside, 'secret'), 'outside')
    const host = recorded({
      'etc/hostname': 'inside',
      'var/run': { link: '/run' },
      'run/x': 'through a link',
      absolute: { link: join(outside, 'secret') },
      climbing: { link: '../../../../../../../../etc/hostname' },
      directory: { link: outside },
      loop: { link: 'loop' },
    })

    expect(await host.readText('/climbing')).toBe('inside')
    expect(await host.readText('/../../etc/../etc/hostname')).toBe('inside')
    expect(await host.readText('/var/run/x')).toBe('through a link')
    expect(await host.realPath('/var/run')).toBe('/run')
    await expect(host.readText('/absolute')).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(host.readText('/directory/secret')).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(host.list('/directory')).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(host.readText('/loop')).rejects.toMatchObject({ code: 'OTHER' })
  })

  it('are the folder’s even when the folder was named by a link', async () => {
    const directory = makeRecording({ 'real/etc/hostname': 'web-1', named: { link: 'real' } })
    const host = createRecordedHost({ directory: join(directory, 'named'), clock: 'recorded' })

    expect(await host.readText('/etc/hostname')).toBe('web-1')
  })

  it('count as root’s and of no known age, unless stat.json says otherwise', async () => {
    const host = recorded({
      'run/a': 'a',
      'run/b': 'b',
      'stat.json': {
        json: { '/run/b': { uid: 1000, mtime: '2026-11-22T04:45:45Z', birth: 1795322745, size: 7 }, 'boot/k': {} },
      },
    })

    expect(await host.facts('/run/a')).toEqual({
      kind: 'file',
      uid: 0,
      sizeBytes: 1,
      inode: null,
      mtimeMs: null,
      birthMs: null,
    })
    expect(await host.facts('/run/b')).toEqual({
      kind: 'file',
      uid: 1000,
      sizeBytes: 7,
      inode: null,
      mtimeMs: Date.parse('2026-11-22T04:45:45Z'),
      birthMs: Date.parse('2026-11-22T04:45:45Z'),
    })
  })

  it('have no birth time in 1970', async () => {
    const host = recorded({ 'run/a': '', 'stat.json': { json: { '/run/a': { birth: 0, mtime: 0 } } } })

    expect(await host.facts('/run/a')).toMatchObject({ birthMs: null })
  })

  it('have their own times when the recording lives, where stat.json does not list them', async () => {
    const host = living({
      'run/a': 'a',
      'run/b': 'b',
      'stat.json': { json: { '/run/b': { mtime: '2026-11-22T04:45:45Z' } } },
    })

    expect((await host.facts('/run/a')).mtimeMs).toBeGreaterThan(Date.parse('2024-01-01T00:00:00Z'))
    expect(await host.facts('/run/b')).toMatchObject({
      mtimeMs: Date.parse('2026-11-22T04:45:45Z'),
      birthMs: null,
      uid: 0,
    })
  })

  it('are not trusted when listed as somebody else’s', async () => {
    const host = recorded({
      'run/mine': '',
      'run/link': { link: 'roots' },
      'run/roots': 'text',
      'stat.json': { json: { '/run/mine': { uid: 1000 } } },
    })

    expect(await host.readRootText('/run/roots', { maxBytes: 10 })).toBe('text')
    await expect(host.readRootText('/run/mine', { maxBytes: 10 })).rejects.toMatchObject({ code: 'NOT-ROOTS' })
    await expect(host.readRootText('/run/link', { maxBytes: 10 })).rejects.toMatchObject({ code: 'NOT-REGULAR' })
    await expect(host.readRootText('/run', { maxBytes: 10 })).rejects.toMatchObject({ code: 'NOT-REGULAR' })
    await expect(host.readRootText('/run/roots', { maxBytes: 3 })).rejects.toMatchObject({ code: 'TOO-LARGE' })
  })
})

describe('what could not be read when the recording was made', () => {
  it('cannot be read now, though we are root, yet is there', async () => {
    const host = recorded({
      'run/a': 'text',
      'run/b': 'text',
      'unreadable.txt': '/run/a\nsecret/\n',
      'secret/x': 'text',
    })

    await expect(host.readText('/run/a')).rejects.toMatchObject({ code: 'EACCES' })
    expect(await host.facts('/run/a')).toMatchObject({ kind: 'file' })
    expect(await host.readText('/run/b')).toBe('text')
    await expect(host.list('/secret')).rejects.toMatchObject({ code: 'EACCES' })
    await expect(host.readText('/secret/x')).rejects.toMatchObject({ code: 'EACCES' })
    await expect(host.facts('/secret/x')).rejects.toMatchObject({ code: 'EACCES' })
  })

  it('includes files of mode 000, in stat.json or on disk', async () => {
    const directory = makeRecording({
      a: 'text',
      b: 'text',
      c: 'text',
      'stat.json': { json: { '/a': { mode: '0000' }, '/c': { mode: '0600' } } },
    })
    chmodSync(join(directory, 'b'), 0)
    const host = createRecordedHost({ directory, clock: 'recorded' })

    await expect(host.readText('/a')).rejects.toMatchObject({ code: 'EACCES' })
    await expect(host.readText('/b')).rejects.toMatchObject({ code: 'EACCES' })
    expect(await host.readText('/c')).toBe('text')
  })
})

describe('commands of a recording', () => {
  const ADDRESS =
    '[{"ifname":"eth0","addr_info":[{"family":"inet","local":"203.0.113.9","prefixlen":24,"scope":"global"}]}]'

  it('answer what they printed, and addresses come from there', async () => {
    const host = recorded({ 'commands/ip-address.json': ADDRESS })

    expect(await host.run('ip-address')).toEqual({ exitCode: 0, stdout: ADDRESS })
    expect(await host.addresses()).toEqual([
      { interface: 'eth0', family: 4, address: '203.0.113.9', prefixLength: 24, scope: 'global' },
    ])
  })

  it('fail as they failed', async () => {
    expect(await recorded({ 'commands/ip-address.failed': '2\nno such option\n' }).run('ip-address')).toEqual({
      exitCode: 2,
      stdout: '',
    })
    await expect(recorded({ 'commands/ip-address.failed': 'timeout\n' }).run('ip-address')).rejects.toMatchObject({
      code: 'OTHER',
      message: 'run ip-address: ended by timeout',
    })
  })

  it('are not installed when nothing was recorded, and nothing live stands in', async () => {
    await expect(recorded({}).run('ip-address')).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(recorded({}).addresses()).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(recorded({ 'commands/ip-address.json': '{}' }).addresses()).rejects.toMatchObject({ code: 'OTHER' })
  })
})

describe('a recording that is malformed', () => {
  it.each([
    ['stat.json', '[1]', 'expected an object'],
    ['stat.json', '{', 'is not JSON'],
    ['stat.json', '{"/run/a": 5}', '/run/a: expected an object'],
    ['stat.json', '{"/run/a": {"uid": "root"}}', '/run/a.uid: expected a whole number'],
    ['stat.json', '{"/run/a": {"mode": "rw-r--r--"}}', '/run/a.mode: expected octal digits'],
    ['stat.json', '{"/run/a": {"mtime": "yesterday"}}', '/run/a.mtime: expected a time'],
    ['clock.json', '{"now": "noon"}', 'now: expected a time'],
  ])('is an error that names %s and what is wrong: %s', (file, content, message) => {
    const directory = makeRecording({ [file]: content })

    expect(() => createRecordedHost({ directory, clock: 'recorded' })).toThrow(message)
    expect(() => createRecordedHost({ directory, clock: 'recorded' })).toThrow(file)
  })

  it('is an error when it is no folder', () => {
    const directory = temporaryDirectory()
    mkdirSync(join(directory, 'x'))
    writeFileSync(join(directory, 'file'), '')

    expect(() => createRecordedHost({ directory: join(directory, 'none'), clock: 'live' })).toThrow(
      'is not a directory',
    )
    expect(() => createRecordedHost({ directory: join(directory, 'file'), clock: 'live' })).toThrow(
      'is not a directory',
    )
  })
})

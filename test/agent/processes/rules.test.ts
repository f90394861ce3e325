import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { changedWhileRunning } from '../../../agent/processes/change-order.ts'
import { DeletedLines } from '../../../agent/processes/deleted-lines.ts'
import { libraryFamily, libraryPackages, spellings } from '../../../agent/processes/file-names.ts'
import { deletedCode, type MappedFile } from '../../../agent/processes/mapped-file.ts'
import { effectiveUid, parseStat } from '../../../agent/processes/process-stat.ts'
import { replacedFiles } from '../../../agent/processes/replaced-files.ts'
import { isSkipped } from '../../../agent/processes/skipped.ts'
import { isOldRevision, snapOf } from '../../../agent/processes/snap.ts'
import { mapped } from '../../support/process-table.ts'

const LIBRARY = '/usr/lib/x86_64-linux-gnu/'

function recordedMaps(name: string): MappedFile[] {
  const lines = readFileSync(`test/fixtures/processes/${name}.maps`, 'utf8').split('\n')
  return lines.flatMap((line) => deletedCode(line) ?? [])
}
const pathsOf = (name: string) => replacedFiles('/usr/sbin/x', recordedMaps(name)).map(({ path }) => path)

describe('maps of real processes after real upgrades', () => {
  it('name the replaced libraries of nginx, and not its shared memory', () => {
    expect(pathsOf('nginx-after-libssl3-upgrade')).toEqual([
      `${LIBRARY}libcrypto.so.3`,
      `${LIBRARY}libssl.so.3`,
      `${LIBRARY}libpcre2-8.so.0.11.2`,
    ])
  })

  it('name those of process 1', () => {
    expect(pathsOf('systemd-after-liblzma-upgrade')).toEqual([
      `${LIBRARY}libpcre2-8.so.0.11.2`,
      `${LIBRARY}libcrypto.so.3`,
      `${LIBRARY}liblzma.so.5.4.1`,
    ])
  })
})

describe('a line of maps', () => {
  const found = (path: string, how: Parameters<typeof mapped>[1] = {}) => deletedCode(mapped(path, how).trimEnd())

  it('counts where a deleted file is mapped as code', () => {
    expect(found('/usr/lib/x.so (deleted)')).toEqual({ path: '/usr/lib/x.so', device: 'fe:00', inode: 4711 })
    expect(found('/usr/lib/with blanks (deleted) (deleted)')?.path).toBe('/usr/lib/with blanks (deleted)')
  })

  it('counts for nothing as data, without an inode, without the mark, or without a name', () => {
    expect(found('/usr/lib/x.so (deleted)', { perms: 'r--p' })).toBeNull()
    expect(found('/var/log/journal/system.journal (deleted)', { perms: 'rw-s' })).toBeNull()
    expect(found('/usr/lib/x.so (deleted)', { inode: 0 })).toBeNull()
    expect(found('/usr/lib/x.so')).toBeNull()
    expect(found('[heap]')).toBeNull()
    expect(found(' (deleted)')).toBeNull()
    expect(deletedCode('')).toBeNull()
    expect(deletedCode('anything (deleted)')).toBeNull()
  })
})

describe('the search for marked lines', () => {
  const text = mapped('/a') + mapped('/b (deleted)') + mapped('/c (deleted)') + mapped('/d (deleted) ')
  const marked = [mapped('/b (deleted)').trimEnd(), mapped('/c (deleted)').trimEnd()]

  it('finds them however the text is cut', () => {
    const bytes = Buffer.from(text)
    for (let size = 1; size <= bytes.length; size += 1) {
      const lines = new DeletedLines()
      const found: string[] = []
      for (let at = 0; at < bytes.length; at += size) found.push(...lines.take(bytes.subarray(at, at + size)))
      expect(found).toEqual(marked)
    }
  })

  it('does not keep what is handed to it: the next piece may come in the same memory', () => {
    const memory = Buffer.from('first half of a li')
    const lines = new DeletedLines()
    lines.take(memory)
    memory.fill('x')

    expect(lines.take(Buffer.from('ne (deleted)\n'))).toEqual(['first half of a line (deleted)'])
  })

  it('holds no line that never ends', () => {
    const lines = new DeletedLines()
    for (let at = 0; at < 100; at += 1) lines.take(Buffer.alloc(4096, 'x'))

    const [found = ''] = lines.take(Buffer.from('y (deleted)\n'))
    expect(found.length).toBeLessThan(64 * 1024)
  })
})

describe('what is deleted by design', () => {
  const file = (path: string): MappedFile => ({ path, device: '00:01', inode: 1 })

  it.each([
    '/memfd:runc_cloned:/proc/self/exe',
    '/memfd:doublemapper',
    '/dev/zero',
    '/dev/shm/x',
    '/SYSV00000000',
    '/[aio]',
    '/drm mm object',
    '/i915',
    '/anon_hugepage',
    '/tmp/jit-4711.so',
    '/var/tmp/x.so',
    '/run/user/1000/x.so',
    '/home/me/.cache/mesa/x',
    '/root/.cache/x',
    '/opt/app/orcexec.8a3f',
    '/srv/jna12345.tmp',
    '/usr/lib/#4711',
  ])('%s is no replaced file, mapped or as the program', (path) => {
    expect(replacedFiles('/usr/bin/x', [file(path)])).toEqual([])
    expect(replacedFiles(`${path} (deleted)`, [])).toEqual([])
  })

  it('looks like these and is one all the same', () => {
    for (const path of ['/usr/lib/memfd.so', '/usr/bin/dev', '/home/me/bin/x', '/usr/lib/jna.so', '/opt/tmp/x.so']) {
      expect(replacedFiles('/usr/bin/x', [file(path)])).toHaveLength(1)
    }
  })

  it('names the program once, whether its maps name it or its link alone', () => {
    const exe = { path: '/usr/sbin/nginx', device: 'fe:00', inode: 7 }
    expect(replacedFiles('/usr/sbin/nginx (deleted)', [exe, exe])).toEqual([{ ...exe, isExe: true }])
    const fromLink = { path: '/usr/sbin/nginx', device: null, inode: null, isExe: true }
    expect(replacedFiles('/usr/sbin/nginx (deleted)', [])).toEqual([fromLink])
    expect(replacedFiles('/usr/sbin/nginx', [])).toEqual([])
  })
})

describe('names of a file', () => {
  it('are two where /usr is merged', () => {
    expect(spellings('/usr/lib/x86_64-linux-gnu/libc.so.6')).toContain('/lib/x86_64-linux-gnu/libc.so.6')
    expect(spellings('/sbin/init')).toContain('/usr/sbin/init')
    expect(spellings('/usr/share/x')).toEqual(['/usr/share/x'])
    expect(spellings('/usr/local/lib/x.so')).toEqual(['/usr/local/lib/x.so'])
  })

  it('have a family where a library carries its version', () => {
    expect(libraryFamily('/usr/lib/x/liblzma.so.5.4.1')).toBe('/usr/lib/x/liblzma.so.5')
    expect(libraryFamily('/usr/lib/x/liblzma.so.5')).toBe('/usr/lib/x/liblzma.so.5')
    expect(libraryFamily('/usr/lib/x/plugin.so')).toBeNull()
    expect(libraryFamily('/usr/sbin/nginx')).toBeNull()
  })

  it('suggest packages as Debian names those of libraries', () => {
    expect(libraryPackages('/usr/lib/x/libssl.so.1.1')).toContain('libssl1.1')
    expect(libraryPackages('/usr/lib/x/libpng16.so.16.39.0')).toContain('libpng16-16')
    expect(libraryPackages('/usr/lib/x/libfoo.so.2')).toContain('libfoo2t64')
    expect(libraryPackages('/usr/sbin/nginx')).toEqual([])
  })
})

describe('/proc/PID/stat and status', () => {
  const rest = 'S 1 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4711 1 1 0'

  it('give the start of the process, whatever it calls itself', () => {
    for (const comm of ['nginx', 'a b', ') R 1 1', '((', 'x\n) Z 9 9 9', '']) {
      expect(parseStat(`12 (${comm}) ${rest}\n`)).toEqual({ state: 'S', startedUptimeMs: 47_110, comm })
    }
  })

  it('are nothing where they are not what the kernel writes', () => {
    for (const text of ['', '12', '12 (x', '12 (x) S 1', `12 (x) ${rest.replace('4711', '-1')}`, ')(']) {
      expect(parseStat(text)).toBeNull()
    }
  })

  it('give the effective user, and no name can stand for it', () => {
    expect(effectiveUid('Name:\tx\\nUid:\t0\t0\nUmask:\t0022\nUid:\t1000\t33\t33\t33\n')).toBe(33)
    expect(effectiveUid('Name:\tx\n')).toBeNull()
  })
})

describe('processes about which nothing is said', () => {
  const stat = { state: 'S', startedUptimeMs: 0, comm: 'x' }
  const skipped = (change: Partial<Parameters<typeof isSkipped>[0]>) =>
    isSkipped({ exe: '/usr/sbin/nginx', stat, uid: 0, ...change }, 100_000)

  it('are those that ended, that just began, and that do the upgrading', () => {
    expect(skipped({})).toBe(false)
    expect(skipped({ stat: { ...stat, state: 'Z' } })).toBe(true)
    expect(skipped({ stat: { ...stat, startedUptimeMs: 40_001 } })).toBe(true)
    expect(skipped({ stat: { ...stat, startedUptimeMs: 40_000 } })).toBe(false)
    for (const exe of ['/usr/bin/dpkg', '/usr/bin/apt-get (deleted)', '/bin/rpm', '/usr/bin/dnf5']) {
      expect(skipped({ exe })).toBe(true)
    }
    expect(skipped({ stat: { ...stat, comm: 'unattended-upgr' } })).toBe(true)
  })

  it('are not those that only call themselves so', () => {
    for (const exe of ['/home/x/usr/bin/dpkg', '/usr/bin/dpkg/x', '/usr/local/bin/apt', '/tmp/apt']) {
      expect(skipped({ exe })).toBe(false)
    }
    expect(skipped({ stat: { ...stat, comm: 'unattended-upgr' }, uid: 1000 })).toBe(false)
  })
})

describe('a change of a package', () => {
  it('counts where the process was there before it, within two seconds', () => {
    expect(changedWhileRunning(10_000, 5_000)).toBe(true)
    expect(changedWhileRunning(10_000, 12_000)).toBe(true)
    expect(changedWhileRunning(10_000, 12_001)).toBe(false)
    expect(changedWhileRunning(null, 12_001)).toBe(true)
  })
})

describe('a snap', () => {
  it('is outdated where another revision is the current one', () => {
    expect(snapOf('/snap/lxd/24061/bin/lxd')).toEqual({ name: 'lxd', revision: '24061' })
    expect(snapOf('/snap/foo_dev/x1/bin/foo')).toEqual({ name: 'foo_dev', revision: 'x1' })
    expect(snapOf('/usr/bin/snap')).toBeNull()
    expect(snapOf('/home/x/snap/lxd/1/bin/lxd')).toBeNull()
    expect(isOldRevision('24061', '24322')).toBe(true)
    expect(isOldRevision('24061', '/snap/lxd/24061/')).toBe(false)
    expect(isOldRevision('24061', null)).toBe(false)
    expect(isOldRevision('24061', '../../etc')).toBe(false)
  })
})

import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runScanProcesses } from '../../../agent/commands/scan-processes.ts'
import { HostError } from '../../../agent/host/host.ts'
import type { ProcessesFacts } from '../../../shared/facts/processes.ts'
import {
  LIBC,
  LIBSSL,
  makeProcessHost,
  mapped,
  outdatedDaemon,
  scanMade,
  unitOf,
  UPTIME_S,
} from '../../support/process-table.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const RECORDED = 'test/fixtures/hosts/debian-12-old-libraries'
const LIBRARY = '/usr/lib/x86_64-linux-gnu/'

async function run(argv: readonly string[]) {
  const printed = { out: '', err: '' }
  const exit = await runScanProcesses(argv, {
    stdout: { write: (text: string) => (printed.out += text) },
    stderr: { write: (text: string) => (printed.err += text) },
  })
  return { exit, ...printed }
}

describe('scan processes', () => {
  it('tells of a recorded host exactly what its processes run', async () => {
    const { exit, out } = await run(['--root', RECORDED, '--json'])

    const { outdated, count, looked, missing, problem } = JSON.parse(out) as ProcessesFacts
    const nginx = {
      unit: 'nginx.service',
      command: 'nginx',
      packages: ['libpcre2-8-0', 'libssl3'],
      files: ['libcrypto.so.3', 'libpcre2-8.so.0.11.2', 'libssl.so.3'].map((name) => LIBRARY + name),
      remedy: 'restart',
    }
    expect({ exit, count, missing, problem }).toEqual({ exit: 0, count: 4, missing: null, problem: null })
    expect(looked).toBe(6)
    expect(outdated).toEqual([
      {
        pids: [1],
        unit: 'init.scope',
        command: 'systemd',
        user: 'root',
        packages: ['liblzma5', 'libpcre2-8-0', 'libssl3'],
        files: ['libcrypto.so.3', 'liblzma.so.5.4.1', 'libpcre2-8.so.0.11.2'].map((name) => LIBRARY + name),
        remedy: 'reexec',
      },
      { ...nginx, pids: [700], user: 'root' },
      { ...nginx, pids: [701, 702], user: 'www-data' },
    ])
  })

  it('says to people which unit runs what, and what to do', async () => {
    const { out } = await run(['--root', RECORDED])

    expect(out).toContain('4 processes run replaced code.')
    expect(out).toContain('nginx.service: nginx of www-data, processes 701 702')
    expect(out).toContain('systemctl restart nginx.service')
    expect(out).toContain('systemctl daemon-reexec')
  })

  it('leaves what it found in a file that is replaced as a whole', async () => {
    const file = join(temporaryDirectory(), 'processes.json')

    const { exit, out } = await run(['--root', RECORDED, '--out', file])

    expect({ exit, out }).toEqual({ exit: 0, out: '' })
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ format: 1, looked: 6 })
  })

  it('says what failed where the file cannot be written, and what is wrong with the command line', async () => {
    const { exit, err } = await run(['--root', RECORDED, '--out', '/proc/nowhere/processes.json'])

    expect(exit).toBe(1)
    expect(err).toContain('/proc/nowhere/processes.json')
    await expect(run(['--rooot', RECORDED])).rejects.toThrow('--root')
    await expect(run(['--root', '/nowhere'])).rejects.toThrow('/nowhere')
  })
})

describe('a process is outdated', () => {
  const found = async (...made: Parameters<typeof scanMade>) => (await scanMade(...made)).outdated

  it('where the program itself was replaced', async () => {
    const [row] = await found({ 10: { exe: '/usr/sbin/nginx (deleted)', startedS: 10 } })
    // Its package was changed while it ran, as its list shows.
    expect(row).toMatchObject({ packages: ['nginx'], files: ['/usr/sbin/nginx'], command: 'nginx' })
  })

  it('under the name a package lists before /usr was merged', async () => {
    const [row] = await found({ 10: { maps: mapped(`${LIBC} (deleted)`) } })
    expect(row).toMatchObject({ packages: ['libc6'], files: [LIBC] })
  })

  it('where the old version of a library is listed by nobody any more', async () => {
    const root = makeProcessHost({
      'var/lib/dpkg/info/liblzma5:amd64.list': '/lib/x86_64-linux-gnu/liblzma.so.5.4.5\n',
    })
    const [row] = await found({ 10: { maps: mapped(`${LIBRARY}liblzma.so.5.4.1 (deleted)`) } }, { root })
    expect(row?.packages).toEqual(['liblzma5'])
  })

  it('where the package of a library is gone, as dpkg’s log tells', async () => {
    const maps = mapped(`${LIBRARY}libssl.so.1.1 (deleted)`)
    const line = '2026-11-22 11:30:00 remove libssl1.1:amd64 1.1.1w-0+deb11u1 <none>\n'
    const root = makeProcessHost({ 'var/log/dpkg.log': line })

    expect((await found({ 10: { maps } }, { root }))[0]).toMatchObject({ packages: ['libssl1.1'] })
    expect((await found({ 10: { maps } }))[0]).toMatchObject({ packages: [], isLocal: true })
  })

  it('where a snap runs from an older revision', async () => {
    const made = {
      10: { exe: '/snap/lxd/100/bin/lxd', cgroup: unitOf('snap.lxd.daemon.service'), root: 'other' as const },
    }
    const withCurrent = async (current: string) =>
      await found(made, { root: makeProcessHost({ 'snap/lxd/current': { link: current } }) })

    expect((await withCurrent('101'))[0]).toMatchObject({
      packages: ['snap:lxd'],
      unit: 'snap.lxd.daemon.service',
      files: [],
    })
    expect(await withCurrent('100')).toEqual([])
  })

  it('and a person’s decision where the unit is a oneshot', async () => {
    const root = makeProcessHost({ 'etc/systemd/system/job.service': '[Service]\nType=oneshot\n' })
    const [row] = await found({ 10: outdatedDaemon({ cgroup: unitOf('job.service') }) }, { root })
    expect(row?.remedy).toBe('never-alone')
  })

  it('in a container for what it is there, and never for a package of the host', async () => {
    const id = 'c0ffee'.repeat(11).slice(0, 64)
    const container = { cgroup: `0::/system.slice/docker-${id}.scope\n`, root: 'other' as const }
    const [row] = await found({ 10: outdatedDaemon(container), 11: outdatedDaemon({ ...container, root: 'host' }) })
    expect(row).toMatchObject({
      pids: [10, 11],
      container: id.slice(0, 12),
      packages: [],
      remedy: 'container',
      isLocal: true,
    })
    expect(row?.unit).toBeUndefined()
  })

  it('and counted once in its row with those that differ in nothing but the number', async () => {
    const made = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [at + 1, outdatedDaemon({ uid: 33 })]))
    const facts = await scanMade(made)
    expect(facts.outdated).toHaveLength(1)
    expect(facts.outdated[0]).toMatchObject({ user: 'www-data', more: 300 - 64 })
    expect(facts.count).toBe(300)
  })
})

describe('a process is not outdated', () => {
  const found = async (...made: Parameters<typeof scanMade>) => (await scanMade(...made)).outdated

  it('where its package was not changed while it ran', async () => {
    expect(await found({ 10: outdatedDaemon({ startedS: UPTIME_S - 3_597 }) })).toEqual([])
    expect((await scanMade({ 10: outdatedDaemon({ startedS: UPTIME_S - 3_599 }) })).count).toBe(1)
  })

  it('where the file is truly called so', async () => {
    expect(await found({ 10: outdatedDaemon({ files: { [`${LIBSSL} (deleted)`]: 4711 } }) })).toEqual([])
    // Another file of that name is not the one that is mapped.
    expect((await scanMade({ 10: outdatedDaemon({ files: { [`${LIBSSL} (deleted)`]: 4712 } }) })).count).toBe(1)
  })

  it('where it is too young, has ended, or does the upgrading', async () => {
    const made = {
      10: outdatedDaemon({ startedS: UPTIME_S - 59 }),
      11: outdatedDaemon({ state: 'Z' }),
      12: outdatedDaemon({ exe: '/usr/bin/dpkg' }),
      999_999: outdatedDaemon(),
    }
    expect(await found(made)).toEqual([])
  })

  it('where code that nobody installed for the host was deleted', async () => {
    const made = {
      10: { maps: mapped('/srv/shop/releases/41/native.so (deleted)') },
      11: { maps: mapped('/home/me/.rbenv/x.so (deleted)') },
    }
    expect(await found(made)).toEqual([])
  })

  it('in 2,000 processes with every form that looks like it', async () => {
    const memory = '/memfd:x,/dev/zero,/dev/shm/p,/SYSV00000000,/[aio],/drm mm object,/i915,/anon_hugepage'.split(',')
    const passing = '/tmp/jit.so,/var/tmp/x,/run/x,/home/u/.cache/x.so,/opt/orcexec.1,/srv/jna1.tmp,/usr/#12'.split(',')
    const forms = memory.concat(passing)
    const looks = [
      (at: number) => ({ maps: mapped(`${forms[at % forms.length]} (deleted)`, { inode: at + 1 }) }),
      (at: number) => ({ exe: `${forms[at % forms.length]} (deleted)` }),
      () => ({ maps: mapped(`${LIBSSL} (deleted)`, { perms: 'r--p' }) }),
      () => ({ maps: mapped('/var/log/journal/x.journal (deleted)', { perms: 'rw-s' }) }),
      () => ({ maps: mapped(`${LIBSSL} (deleted)`, { inode: 0 }) }),
      () => outdatedDaemon({ files: { [`${LIBSSL} (deleted)`]: 4711 } }),
      () => outdatedDaemon({ startedS: UPTIME_S - 1_000 }),
      () => outdatedDaemon({ state: 'Z' }),
      () => outdatedDaemon({ error: new HostError('ENOENT', 'gone') }),
      () => ({ maps: mapped('/srv/app/build/x.node (deleted)') }),
    ]
    const made = Array.from({ length: 2_000 }, (_, at) => [at + 1, looks[at % looks.length]?.(at) ?? {}] as const)
    const facts = await scanMade(Object.fromEntries(made))

    expect(facts).toMatchObject({ outdated: [], count: 0, missing: null, problem: null })
    expect(facts.looked).toBeGreaterThanOrEqual(1_800)
  })
})

describe('what could not be looked at', () => {
  const denied = { error: new HostError('EACCES', 'permission denied') }

  it('is a problem where nothing could', async () => {
    const facts = await scanMade({ 10: denied, 11: denied })
    expect(facts.problem).toContain('CAP_SYS_PTRACE')
    expect((await scanMade({})).problem).toBe('no process was found')
  })

  it('is said where it is more than a few', async () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [at + 1, {}]))
    expect((await scanMade({ ...many, 100: denied, 101: denied })).missing).toBeNull()
    expect((await scanMade({ ...many, 100: denied, 101: denied, 102: denied })).missing).toContain('could not be read')
  })

  it('is everything while packages are being changed', async () => {
    const root = makeProcessHost({ 'var/lib/dpkg/updates/0001': '' })
    const facts = await scanMade({ 10: outdatedDaemon() }, { root })
    expect(facts).toMatchObject({ outdated: [], problem: 'packages are being changed at this moment' })
  })

  it('is not the packages where their lists are another manager’s: those names are not known', async () => {
    const root = makeProcessHost()
    for (const name of ['libssl3:amd64', 'libc6:amd64', 'nginx']) {
      writeFileSync(join(root, `var/lib/dpkg/info/${name}.list`), '')
    }
    expect((await scanMade({ 10: outdatedDaemon() }, { root })).outdated[0]).toMatchObject({ isLocal: true })
    const none = makeProcessHost({ 'var/lib/rpm/x': '' })
    rmSync(join(none, 'var/lib/dpkg'), { recursive: true })
    const facts = await scanMade({ 10: outdatedDaemon() }, { root: none })
    expect(facts).toMatchObject({ count: 1, outdated: [{ packages: [], unit: 'nginx.service' }] })
  })
})

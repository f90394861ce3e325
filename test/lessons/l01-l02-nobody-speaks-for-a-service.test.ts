// Local users who want the look at processes to execute something of theirs, to hang, to miss something, or to say
// something untrue of a service that is not theirs: one case each.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { HostError } from '../../agent/host/host.ts'
import type { OutdatedGroup } from '../../shared/sections/processes.ts'
import {
  LIBSSL,
  makeProcessHost,
  mapped,
  outdatedDaemon,
  scanMade,
  UPTIME_S,
  type MadeProcess,
} from '../support/process-table.ts'

const SESSION = '0::/user.slice/user-1000.slice/session-7.scope\n'
const OWN = '/user.slice/user-1000.slice/user@1000.service'
/** A process of mallory's that shows a replaced libssl3. */
const mallory = (change: MadeProcess = {}): MadeProcess =>
  outdatedDaemon({ uid: 1000, cgroup: SESSION, exe: '/home/m/x', ...change })
const DAEMON = 20
const MALLORY = 666

/** What is said of the daemon, with mallory beside it, and of mallory. */
async function told(mallorys: MadeProcess, options: Parameters<typeof scanMade>[1] = {}) {
  const facts = await scanMade({ [DAEMON]: outdatedDaemon(), [MALLORY]: mallorys }, options)
  const of = (pid: number) => facts.outdated.find(({ pids }) => pids.includes(pid))
  return { facts, daemon: of(DAEMON), mallory: of(MALLORY) }
}

const TRUE_OF_DAEMON = {
  pids: [DAEMON],
  unit: 'nginx.service',
  command: 'nginx',
  user: 'root',
  packages: ['libssl3'],
  files: [LIBSSL],
  remedy: 'restart',
} satisfies OutdatedGroup

const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

describe('what a local user shows changes nothing that is said of a service', () => {
  const tricks: readonly [string, MadeProcess][] = [
    ['the name of a service', { comm: 'nginx' }],
    ['a name with brackets and a state', { comm: 'x) S 1 1 1 0 -1' }],
    ['a name with a line feed and a user', { comm: 'x\nUid:\t0\t0\t0\t0' }],
    ['a control group of its own named after the service', { cgroup: `0::${OWN}/nginx.service\n` }],
    ['a control group of its own that looks like the system’s', { cgroup: `0::${OWN}/system.slice/nginx.service\n` }],
    ['a control group that looks like a container’s', { cgroup: `0::${OWN}/docker-${'a'.repeat(64)}.scope\n` }],
    ['a program of the service’s path in a root of its own', { exe: '/usr/sbin/nginx (deleted)', root: 'other' }],
    ['a user namespace of its own', { isInOwnUserNamespace: true }],
    ['a program named like a package manager', { exe: '/home/m/usr/bin/dpkg' }],
    ['a program that is deleted and named with a line feed', { exe: '/home/m/a\nb (deleted)' }],
    ['a file named with terminal codes', { maps: mapped('/usr/lib/\u001b[2J\u202ex.so (deleted)') }],
    ['a file as long as the kernel takes', { maps: mapped(`/usr/lib/${'x'.repeat(4_000)}.so (deleted)`) }],
    ['a file truly called deleted', { maps: mapped(`${LIBSSL} (deleted) (deleted)`) }],
    ['a file of that name with the service’s inode', { files: { [`${LIBSSL} (deleted)`]: 4711 } }],
    ['a root that never answers', { root: 'hangs' }],
    ['maps that cannot be read', { error: new HostError('EACCES', 'permission denied') }],
    ['no more descriptors', { error: new HostError('OTHER', 'read maps: EMFILE') }],
    ['an end in the middle', { error: new HostError('ENOENT', 'gone') }],
    ['the state of a zombie', { state: 'Z' }],
    ['the youth of one just started', { startedS: UPTIME_S - 1 }],
    ['maps of a million lines', { maps: endless(1_000_000, mapped('/home/m/y')) }],
    ['maps of a million deleted files', { maps: endless(1_000_000, mapped(`/usr/lib/y.so (deleted)`)) }],
    ['a line that never ends', { maps: endless(100, 'x') }],
    ['bytes that are no text', { maps: [Buffer.alloc(4096, 0xff)] }],
    ['nothing at all', { maps: '', exe: '', comm: '', cgroup: '' }],
  ]

  it.each(tricks)('%s', { timeout: 30_000 }, async (_, change) => {
    const { facts, daemon, mallory: own } = await told(mallory(change))

    expect(daemon).toEqual(TRUE_OF_DAEMON)
    expect(facts.problem).toBeNull()
    // Whatever is said of mallory, it names the session, or no unit at all.
    expect([undefined, 'session-7.scope', 'user@1000.service']).toContain(own?.unit)
    for (const { command, user, files, unit = '' } of facts.outdated) {
      for (const text of [command, user ?? '', unit, ...files]) expect(text).not.toMatch(CONTROL)
    }
  })

  it('there are 25 of them', () => {
    expect(tricks).toHaveLength(25)
  })
})

/** `lines` times the text, in pieces as the kernel gives them. */
function endless(lines: number, text: string): Iterable<Buffer> {
  const perPiece = Math.max(1, Math.floor(4096 / text.length))
  const piece = Buffer.from(text.repeat(perPiece))
  return {
    *[Symbol.iterator]() {
      for (let at = 0; at < lines; at += perPiece) yield piece
    },
  }
}

describe('a process that is another one before the look is over', () => {
  it('gives its number to another: nothing is said of either', async () => {
    const changing: MadeProcess = mallory()
    let reads = 0
    changing.onRead = (file) => {
      reads += file === 'stat' ? 1 : 0
      // The daemon that got the number was started later, and has everything new.
      if (reads > 1) Object.assign(changing, { startedS: 200, uid: 0, cgroup: undefined, exe: undefined })
    }
    expect((await told(changing)).mallory).toBeUndefined()
  })

  it('executes another program: what was mapped by the first is not that one’s', async () => {
    const changing: MadeProcess = mallory()
    changing.onRead = (file) => {
      if (file === 'cgroup') Object.assign(changing, { exe: '/usr/bin/sudo', uid: 0 })
    }
    expect((await told(changing)).mallory).toBeUndefined()
  })

  it('vanishes at any reading', async () => {
    for (const last of ['exe', 'maps', 'stat', 'status', 'cgroup', 'root', 'ns/user']) {
      const changing: MadeProcess = mallory()
      changing.onRead = (file) => {
        if (file === last) changing.error = new HostError('ENOENT', 'gone')
      }
      const { daemon, mallory: own } = await told(changing)
      expect([last, own, daemon]).toEqual([last, undefined, TRUE_OF_DAEMON])
    }
  })
})

describe('files that only look like the host’s', () => {
  it('are never put down to a package: not from another root, namespace or device', async () => {
    for (const change of [{ root: 'other' }, { isInOwnUserNamespace: true }] as const) {
      const { mallory: own } = await told(mallory(change))
      expect(own).toMatchObject({ packages: [], isLocal: true, user: 'mallory' })
    }
    const onOther = await told(mallory({ maps: mapped(`${LIBSSL} (deleted)`, { device: '00:2a' }) }), {
      isOnDevice: (_path, device) => device === 'fe:00',
    })
    expect(onOther.mallory).toMatchObject({ packages: [], isLocal: true })
    expect(onOther.daemon).toEqual(TRUE_OF_DAEMON)
  })

  it('count for no unit and no number of processes', async () => {
    const { facts } = await told(mallory({ isInOwnUserNamespace: true }))
    expect(facts.count).toBe(1)
  })
})

describe('somebody who wants the look to take for ever', () => {
  it('is looked at last, and what he took away is said', async () => {
    let now = 0
    const slow: MadeProcess = mallory({
      maps: {
        *[Symbol.iterator]() {
          for (;;) {
            now += 100
            yield Buffer.alloc(64 * 1024, 'x')
          }
        },
      },
    })
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [at + 1, slow]))
    const facts = await scanMade({ ...many, 100: outdatedDaemon() }, { steadyMs: () => now })

    expect(facts.outdated).toEqual([{ ...TRUE_OF_DAEMON, pids: [100] }])
    expect(facts.missing).toContain('the time was over')
    expect(now).toBeLessThan(10_000)
  })

  it('holds up himself with files that do not answer, not the services', async () => {
    let now = 0
    const hanging = mallory({ root: 'hangs', onRead: (file) => void (now += file === 'root' ? 2_000 : 0) })
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [at + 1, hanging]))
    const facts = await scanMade({ ...many, 100: outdatedDaemon() }, { steadyMs: () => now })

    expect(facts.outdated).toEqual([{ ...TRUE_OF_DAEMON, pids: [100] }])
    expect(now).toBeLessThan(12_000)
  })

  it('fills no report: more programs than anybody has are cut, those of packages first', async () => {
    const own = Array.from({ length: 2_000 }, (_, at) => [
      at + 1_000,
      mallory({ exe: `/home/m/${at} (deleted)`, maps: '' }),
    ])
    const { outdated, count } = await scanMade({
      [DAEMON]: outdatedDaemon(),
      ...(Object.fromEntries(own) as Record<number, MadeProcess>),
    })

    expect(outdated).toHaveLength(200)
    expect(outdated[0]).toEqual(TRUE_OF_DAEMON)
    expect(count).toBe(1)
  })
})

describe('the look itself', () => {
  it('reads packages from root’s folder alone, and executes nothing', async () => {
    const host = makeProcessHost({ 'home/m/var/lib/dpkg/info/evil.list': `${LIBSSL}\n` })
    const { daemon } = await told(mallory(), { root: host })
    expect(daemon?.packages).toEqual(['libssl3'])

    const sources = ['look', 'maps', 'suspects', 'owners', 'remedies', 'users'].map((part) =>
      readFileSync(`agent/commands/scan-processes-${part}.ts`, 'utf8'),
    )
    for (const text of sources) expect(text).not.toMatch(/child_process|host\.run\(|\bimport\((?!')|\beval\b/)
  })
})

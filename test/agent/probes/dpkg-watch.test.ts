import { describe, expect, it } from 'vitest'
import { HostError, type FileFacts, type Host } from '../../../agent/host/host.ts'
import { DpkgWatch, signatureOf } from '../../../agent/probes/dpkg-watch.ts'

/** A host that is nothing but dpkg's files. */
class Machine {
  uptimeMs = 1_000_000
  inodes: Record<string, number> = { '/var/lib/dpkg/status': 1, '/var/lib/dpkg/lock': 70 }
  updates: string[] = []
  locks = '1: POSIX  ADVISORY  WRITE 812 08:01:99 0 EOF\n'
  readonly host: Host = {
    uptimeMs: () => this.uptimeMs,
    facts: async (path: string): Promise<FileFacts> => {
      const inode = this.inodes[path]
      if (inode === undefined) throw new HostError('ENOENT', path)
      return { kind: 'file', uid: 0, sizeBytes: 9, inode, mtimeMs: 5, birthMs: null }
    },
    list: async () => this.updates,
    readText: async () => this.locks,
  } as unknown as Host

  /** dpkg replaces the list. */
  upgrade(): void {
    this.inodes = { ...this.inodes, '/var/lib/dpkg/status': this.uptimeMs }
  }
}

async function settled(): Promise<{ machine: Machine; watch: DpkgWatch; look: () => Promise<string> }> {
  const machine = new Machine()
  const watch = new DpkgWatch()
  watch.beginReading(await signatureOf(machine.host))
  watch.endReading('observed')
  return { machine, watch, look: async () => (await watch.readiness(machine.host)).kind }
}

describe('dpkg’s list', () => {
  it('is read at once at first', async () => {
    expect(await new DpkgWatch().readiness(new Machine().host)).toEqual({ kind: 'ready' })
  })

  it('is not read at first while dpkg is at work', async () => {
    const machine = new Machine()
    machine.locks += '2: POSIX  ADVISORY  WRITE 4711 08:01:70 0 EOF\n'

    expect(await new DpkgWatch().readiness(machine.host)).toEqual({
      kind: 'busy',
      reason: 'dpkg is at work',
      isFirst: true,
    })
  })

  it('is not read again while it is the same', async () => {
    const { look } = await settled()

    expect(await look()).toBe('unchanged')
  })

  it('is read again three seconds after it came to rest', async () => {
    const { machine, look } = await settled()
    machine.upgrade()
    expect(await look()).toBe('busy')
    machine.uptimeMs += 2_000
    machine.upgrade()
    expect(await look()).toBe('busy')
    machine.uptimeMs += 2_999
    expect(await look()).toBe('busy')
    machine.uptimeMs += 1

    expect(await look()).toBe('ready')
  })

  it.each([
    ['a lock is held', (machine: Machine) => (machine.locks = '1: POSIX  ADVISORY  WRITE 4711 08:01:70 0 EOF\n')],
    [
      'somebody waits for a lock',
      (machine: Machine) => (machine.locks = '1: -> POSIX  ADVISORY  WRITE 4 08:01:70 0 EOF\n'),
    ],
    ['the journal is not empty', (machine: Machine) => (machine.updates = ['0003'])],
  ])('waits while %s, for five minutes at most', async (_, disturb) => {
    const { machine, look } = await settled()
    machine.upgrade()
    disturb(machine)
    await look()
    machine.uptimeMs += 299_999
    expect(await look()).toBe('busy')
    machine.uptimeMs += 1

    expect(await look()).toBe('ready')
  })

  it('is read again after a look that failed', async () => {
    const { machine, watch, look } = await settled()
    watch.beginReading(await signatureOf(machine.host))
    watch.endReading('failed')

    expect(await look()).toBe('ready')
  })

  it('that goes away is news, and that stays away is none', async () => {
    const { machine, watch, look } = await settled()
    machine.inodes = {}
    await look()
    machine.uptimeMs += 3_000
    expect(await look()).toBe('ready')
    watch.beginReading(await signatureOf(machine.host))
    watch.endReading('absent')

    expect(await look()).toBe('unchanged')
  })
})

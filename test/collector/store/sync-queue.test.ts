import { describe, expect, it } from 'vitest'
import { createGroupCommit } from '../../../collector/store/sqlite/group-commit.ts'
import { createSyncQueue, type Disk } from '../../../collector/store/sqlite/sync-queue.ts'

/** A disk that syncs when it is told to. */
function createSlowDisk() {
  const running: ((error: Error | null) => void)[] = []
  let syncedAtOnce = 0
  const disk: Disk = {
    sync: (done) => void running.push(done),
    syncNow: () => void (syncedAtOnce += 1),
  }
  return {
    disk,
    get running() {
      return running.length
    },
    get syncedAtOnce() {
      return syncedAtOnce
    },
    end: (error: Error | null = null) => running.shift()?.(error),
  }
}

describe('one sync for many commits', () => {
  it('tells nobody before the sync that covers them is over', () => {
    const slow = createSlowDisk()
    const queue = createSyncQueue(slow.disk)
    const told: string[] = []

    queue.whenDurable(() => told.push('a'))
    queue.whenDurable(() => told.push('b'))
    queue.whenDurable(() => told.push('c'))

    // The first began before the others were written.
    expect([told, slow.running]).toEqual([[], 1])
    slow.end()
    expect([told, slow.running, queue.isIdle]).toEqual([['a'], 1, false])
    slow.end()
    expect([told, slow.running, queue.isIdle]).toEqual([['a', 'b', 'c'], 0, true])
  })

  it('begins the next sync before it tells, so that the disk need not wait', () => {
    const slow = createSlowDisk()
    const queue = createSyncQueue(slow.disk)
    let runningWhenTold = 0

    queue.whenDurable(() => (runningWhenTold = slow.running))
    queue.whenDurable(() => {})
    slow.end()

    expect(runningWhenTold).toBe(1)
  })

  it('tells nobody when the sync failed, and lets the process end', () => {
    const slow = createSlowDisk()
    const queue = createSyncQueue(slow.disk)
    const told: string[] = []

    queue.whenDurable(() => told.push('a'))

    expect(() => slow.end(new Error('EIO: i/o error'))).toThrow(/could not be synced to the disk \(EIO: i\/o error\)/)
    expect(told).toEqual([])
  })

  it('drains at once, and ignores what the disk says of a sync that was under way', () => {
    const slow = createSlowDisk()
    const queue = createSyncQueue(slow.disk)
    const told: string[] = []
    queue.whenDurable(() => told.push('a'))
    queue.whenDurable(() => told.push('b'))

    queue.drain()
    slow.end(new Error('EBADF: the file is closed'))

    expect(told).toEqual(['a', 'b'])
    expect(slow.syncedAtOnce).toBe(1)
    expect(queue.isIdle).toBe(true)
  })
})

describe('commits over a slow disk', () => {
  /** Units add to one list, which is what later units read. */
  function createCommits() {
    const slow = createSlowDisk()
    const written: string[] = []
    const commits = createGroupCommit<string[]>({
      tx: written,
      begin: () => {},
      commit: () => {},
      rollback: () => {},
      writeCount: () => written.length,
      committed: () => () => {},
      disk: slow.disk,
    })
    return { commits, slow, written }
  }
  const turn = () => new Promise((resolve) => setImmediate(resolve))

  it('go on while the disk works, and answer in their turn', async () => {
    const { commits, slow, written } = createCommits()
    const answered: string[] = []
    const write = (text: string) => commits.run((list) => list.push(text)).then(() => answered.push(text))

    const first = write('a')
    await turn()
    const second = write('b')
    await turn()
    expect([written, answered]).toEqual([['a', 'b'], []])

    slow.end()
    await first
    expect(answered).toEqual(['a'])
    slow.end()
    await second
    expect(answered).toEqual(['a', 'b'])
  })

  it('let a unit wait that wrote nothing, and read what is not durable yet', async () => {
    const { commits, slow } = createCommits()
    let read: string[] | null = null
    const write = commits.run((list) => list.push('a'))
    await turn()

    const reader = commits.run((list) => [...list]).then((list) => (read = list))
    await turn()
    expect(read).toBeNull()

    slow.end()
    await write
    slow.end()
    await reader
    expect(read).toEqual(['a'])
  })

  it('answer a unit that wrote nothing without the disk when all is durable', async () => {
    const { commits, slow } = createCommits()

    expect(await commits.run((list) => list.length)).toBe(0)
    expect(slow.running).toBe(0)
  })
})

import { EventEmitter } from 'node:events'
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type DirectoryWatch, DirectoryWatcher } from '../../../agent/wakeups/directory-watcher.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { until } from '../../support/until.ts'

const NAMES = new Set(['reboot-required', 'reboot-required.pkgs'])

async function watching(directory: string, more: Partial<DirectoryWatch> = {}) {
  const seen = { wakes: 0, problems: [] as string[] }
  const watcher = new DirectoryWatcher({
    directory,
    names: NAMES,
    onWake: () => void seen.wakes++,
    onProblem: ({ message }) => void seen.problems.push(message),
    ...more,
  })
  onTestFinished(() => watcher.close())
  await watcher.check()
  /** Resolves when `touch` has woken us at least once more. */
  const wakesBy = async (what: string, touch: () => void): Promise<boolean> => {
    // Late events of what happened before must not be taken for the answer to this.
    await sleep(150)
    const before = seen.wakes
    touch()
    await until(what, () => seen.wakes > before, 5_000)
    return true
  }
  return { seen, watcher, wakesBy }
}

describe('the watch on a directory', () => {
  it('wakes when the flag is created, written, renamed into place, deleted and created again', async () => {
    const directory = temporaryDirectory()
    const flag = join(directory, 'reboot-required')
    const { seen, wakesBy } = await watching(directory)

    await wakesBy('created', () => writeFileSync(flag, ''))
    await wakesBy('written', () => appendFileSync(flag, 'System restart required\n'))
    await wakesBy('deleted', () => rmSync(flag))
    await wakesBy('created again', () => writeFileSync(flag, ''))
    writeFileSync(join(directory, 'other.tmp'), 'x')
    await wakesBy('renamed into place', () => renameSync(join(directory, 'other.tmp'), flag))
    await wakesBy('renamed away', () => renameSync(flag, join(directory, 'other.tmp')))
    await wakesBy('the list of packages', () => writeFileSync(`${flag}.pkgs`, 'libc6\n'))
    expect(seen.problems).toEqual([])
  })

  it('wakes for a flag that is created immediately after the watch stands', async () => {
    const directory = temporaryDirectory()
    const { seen } = await watching(directory)
    writeFileSync(join(directory, 'reboot-required'), '')

    await until('created', () => seen.wakes > 0, 5_000)
    expect(seen.problems).toEqual([])
  })

  it('sleeps through everything else that happens there', async () => {
    const directory = temporaryDirectory()
    const { seen, wakesBy } = await watching(directory)
    for (let at = 0; at < 500; at++) writeFileSync(join(directory, 'unattended-upgrades.progress'), String(at))
    writeFileSync(join(directory, 'reboot-required.tmp'), '')
    mkdirSync(join(directory, 'reboot-required.d'))
    await sleep(300)

    expect(seen.wakes).toBe(0)
    await wakesBy('still awake for what counts', () => writeFileSync(join(directory, 'reboot-required'), ''))
  })

  it('wakes through a link to the directory', async () => {
    const directory = temporaryDirectory()
    mkdirSync(join(directory, 'run'))
    symlinkSync('run', join(directory, 'var-run'))
    const { wakesBy } = await watching(join(directory, 'var-run'))

    const flag = join(directory, 'run', 'reboot-required')
    expect(await wakesBy('created behind the link', () => writeFileSync(flag, ''))).toBe(true)
  })
})

describe('a directory that is replaced', () => {
  it('is watched again after the next check, which wakes for what was missed', async () => {
    const directory = join(temporaryDirectory(), 'run')
    mkdirSync(directory)
    const { seen, watcher, wakesBy } = await watching(directory)
    renameSync(directory, `${directory}.old`)
    mkdirSync(directory)
    writeFileSync(join(directory, 'reboot-required'), '')
    const before = seen.wakes
    await watcher.check()

    expect(seen.wakes).toBeGreaterThan(before)
    await wakesBy('in the new directory', () => rmSync(join(directory, 'reboot-required')))
  })

  it('may come into being after the agent', async () => {
    const directory = join(temporaryDirectory(), 'run')
    const { watcher, wakesBy } = await watching(directory)
    mkdirSync(directory)
    await watcher.check()

    const flag = join(directory, 'reboot-required')
    expect(await wakesBy('in the directory that came later', () => writeFileSync(flag, ''))).toBe(true)
  })

  it('is not watched twice by checks that overlap', async () => {
    const directory = temporaryDirectory()
    let begun = 0
    const watch = ((...args: Parameters<NonNullable<DirectoryWatch['watch']>>) => {
      begun++
      return Object.assign(new EventEmitter(), { close: async () => {}, args, once: ready }) as never
    }) as NonNullable<DirectoryWatch['watch']>
    const { watcher } = await watching(directory, { watch })
    await Promise.all([watcher.check(), watcher.check(), watcher.check()])

    expect(begun).toBe(1)
  })
})

describe('a kernel that has no watch left', () => {
  it('is reported once for each kind of trouble', async () => {
    const emitter = Object.assign(new EventEmitter(), { close: async () => {} })
    const watch = (() => {
      setImmediate(() => emitter.emit('ready'))
      return emitter
    }) as unknown as NonNullable<DirectoryWatch['watch']>
    const { seen } = await watching(temporaryDirectory(), { watch })
    const noSpace = (): Error =>
      Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), { code: 'ENOSPC' })
    for (const error of [noSpace(), noSpace(), Object.assign(new Error('EMFILE'), { code: 'EMFILE' }), noSpace()]) {
      emitter.emit('error', error)
    }

    expect(seen.problems).toEqual([expect.stringContaining('ENOSPC'), 'EMFILE'])
  })
})

function ready(this: EventEmitter, event: string, listener: () => void): EventEmitter {
  if (event === 'ready') setImmediate(listener)
  return this
}

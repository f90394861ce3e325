import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { exists, GoneProcesses } from '../../agent/gone-processes.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const MINUTE = 60_000

function watching() {
  const factsDirectory = join(temporaryDirectory(), 'facts')
  mkdirSync(factsDirectory)
  const alive = new Set<number>()
  const state = { asked: 0, nowMs: 0 }
  const gone = new GoneProcesses({
    factsDirectory,
    ask: () => void (state.asked += 1),
    steadyMs: () => state.nowMs,
    isAlive: (pid) => alive.has(pid),
  })
  const leave = (text: string): void => {
    writeFileSync(join(factsDirectory, '.new'), text)
    renameSync(join(factsDirectory, '.new'), join(factsDirectory, 'processes.json'))
  }
  /** A scan found these rows, and all of them run. */
  const scanned = (...rows: number[][]): void => {
    for (const pid of rows.flat()) alive.add(pid)
    const outdated = rows.map((pids) => ({ pids, command: 'nginx', user: 'root', remedy: 'restart' }))
    leave(JSON.stringify({ format: 1, outdated, count: 1, looked: 9, readUptimeMs: 1, readAt: '2026-11-22T12:00:00Z' }))
  }
  return { gone, state, alive, leave, scanned }
}

describe('a scan of the processes', () => {
  it('is asked for when of a row nobody is left, and once', async () => {
    const { gone, state, alive, scanned } = watching()
    scanned([10, 11], [20])
    await gone.check()
    expect(state.asked).toBe(0)

    alive.delete(20)
    await gone.check()
    await gone.check()

    expect(state.asked).toBe(1)
  })

  it('is not asked for because a worker of several ended', async () => {
    const { gone, state, alive, scanned } = watching()
    scanned([10, 11], [20])
    alive.delete(10)
    await gone.check()

    expect(state.asked).toBe(0)
  })

  it('is asked for again when the next answer names somebody who ends, but not all day long', async () => {
    const { gone, state, alive, scanned } = watching()
    const restart = async (pid: number): Promise<void> => {
      scanned([pid])
      alive.delete(pid)
      state.nowMs += MINUTE / 2
      await gone.check()
    }
    for (let pid = 100; pid < 200; pid++) await restart(pid)
    expect(state.asked).toBe(12)

    state.nowMs += 60 * MINUTE
    await restart(200)
    expect(state.asked).toBe(13)
  })

  it.each([
    ['left nothing', null],
    ['left what cannot be read', '{"format":1,"outdated":[{"pids":["no"]}]'],
    [
      'could not look',
      '{"format":1,"outdated":[],"count":0,"looked":0,"problem":"EPERM","readUptimeMs":1,"readAt":""}',
    ],
  ])('that %s is not asked for', async (_, text) => {
    const { gone, state, leave } = watching()
    if (text !== null) leave(text)
    await gone.check()

    expect(state.asked).toBe(0)
  })
})

/** What another user prints, who may signal none of ours. */
function asNobody(program: string): string {
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  return spawnSync(process.execPath, ['-e', program], { ...nobody, encoding: 'utf8' }).stdout
}

describe('a process', () => {
  it('exists until it has ended', async () => {
    const child = spawn('sleep', ['60'])
    onTestFinished(() => void child.kill())
    const before = exists(Number(child.pid))
    child.kill()
    await new Promise((resolve) => child.once('exit', resolve))

    expect([before, exists(Number(child.pid))]).toEqual([true, false])
  })

  const isReadable = asNobody('console.log(1)') !== ''
  const why = isReadable ? '' : ': others must be able to run this Node'
  it.skipIf(!isReadable)(`exists for who may not signal it, too${why}`, () => {
    expect(asNobody(`console.log((${exists.toString()})(1))`)).toBe('true\n')
  })
})

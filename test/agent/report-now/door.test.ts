import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { notUnderstood } from '../../../agent/report-now/answer.ts'
import { askSocket } from '../../../agent/report-now/ask-socket.ts'
import { type Door, openDoor } from '../../../agent/report-now/door.ts'
import { ReportNow } from '../../../agent/report-now/report-now.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const warned: string[] = []
const log = { info: () => undefined, error: () => undefined, warn: (_: object, said: string) => void warned.push(said) }

const reportNow = new ReportNow({
  lookAfresh: () => Promise.resolve(),
  request: () => undefined,
  scans: { ages: () => Promise.resolve([]), scan: () => Promise.resolve([]) },
  judge: () => Promise.resolve({ lookedAt: null, judgement: null }),
  onTrouble: (error) => expect.fail(String(error)),
  steadyMs: () => 0,
  newReasonId: () => '',
})

const ask = async (path: string, question = '{}'): Promise<unknown> => {
  const asked = await askSocket(path, question, 30_000)
  return asked.kind === 'line' ? JSON.parse(asked.line) : asked.kind
}

async function opened(path: string, waitMs = 0): Promise<Door | null> {
  const door = await openDoor(path, reportNow, { waitMs, log })
  onTestFinished(async () => {
    await door?.close()
  })
  return door
}

describe('the door', () => {
  it('is one, and opened anew where somebody took the socket away', async () => {
    const path = join(temporaryDirectory(), 'report.sock')
    const door = await opened(path)
    const second = await opened(path)
    rmSync(path)
    const gone = await ask(path)
    await door?.check()
    await door?.check()

    expect([second, gone]).toEqual([null, 'nobody'])
    expect(await ask(path)).toMatchObject({ outcome: 'asked' })
  })

  it('is had by who waits for it, when its holder lets go', async () => {
    const path = join(temporaryDirectory(), 'report.sock')
    const first = await opened(path)
    const waiting = opened(path, 30_000)
    await first?.close()

    expect(await waiting).not.toBeNull()
    expect(await ask(path)).toMatchObject({ outcome: 'asked' })
  })

  it('that cannot be made is a warning, and no reason to stop', async () => {
    const door = await opened(join(temporaryDirectory(), 'nowhere', 'report.sock'))
    await door?.check()

    expect(door).not.toBeNull()
    expect(warned).toEqual(['nobody can ask for a report now: the socket cannot be made'])
  })

  it.each([
    ['what is no question', 'GET / HTTP/1.1', 'a question is one line with a JSON object'],
    ['a wrong type', '{"scan":"yes"}', 'scan: give true or false'],
    ['too much', 'x'.repeat(10_000), 'a question has at most 8 KiB'],
  ])('tells who sends %s what was wrong', async (_, question, problem) => {
    const path = join(temporaryDirectory(), 'report.sock')
    await opened(path)

    expect(await ask(path, question)).toEqual({ version: 1, ...notUnderstood(problem) })
  })
})

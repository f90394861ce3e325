import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openReportSocket, type ReportSocket, type ReportSocketOptions } from '../../../agent/wakeups/report-socket.ts'
import { withShortPath } from '../../../agent/wakeups/socket-path.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { until } from '../../support/until.ts'

const echo: ReportSocketOptions['answer'] = (line) => Promise.resolve(line === null ? 'too much' : `heard ${line}`)

async function listening(path: string, options: Partial<ReportSocketOptions> = {}): Promise<ReportSocket | null> {
  const socket = await openReportSocket({ path, answer: echo, ...options })
  onTestFinished(async () => {
    await socket?.close()
  })
  return socket
}

/** Everything that comes until the other end closes. `end`: say that nothing more will come. */
function ask(path: string, text: string | Buffer, { end = false } = {}): Promise<string> {
  return withShortPath(
    path,
    (short) =>
      new Promise((resolve) => {
        let heard = ''
        const socket = connect(short, () => (end ? socket.end(text) : socket.write(text)))
        socket.on('data', (chunk: Buffer) => (heard += chunk.toString()))
        socket.on('error', () => undefined)
        socket.on('close', () => resolve(heard))
      }),
  )
}

/** What a process leaves that was killed: a socket file nobody listens at. */
async function leaveDeadSocket(path: string): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(`${path}.alive`, resolve))
  renameSync(`${path}.alive`, path)
  await new Promise((resolve) => server.close(resolve))
}

const pathIn = (directory = temporaryDirectory()): string => join(directory, 'report.sock')

describe('the socket', () => {
  it('answers one line with one line, to its owner and his group', async () => {
    const path = pathIn()
    await listening(path)

    expect(await ask(path, 'hello\n')).toBe('heard hello\n')
    expect(statSync(path).mode & 0o777).toBe(0o660)
    expect(readdirSync(join(path, '..'))).toEqual(['report.sock'])
  })

  it('lies in directories of any length', async () => {
    const directory = join(temporaryDirectory(), 'd'.repeat(120), 'e'.repeat(120))
    mkdirSync(directory, { recursive: true })
    writeFileSync(pathIn(directory), 'not a socket: nobody listens here')
    await listening(pathIn(directory))
    expect(await listening(pathIn(directory))).toBeNull()

    expect(await ask(pathIn(directory), 'hello\n')).toBe('heard hello\n')
  })

  it('is gone once it is closed', async () => {
    const path = pathIn()
    const socket = await listening(path)
    await socket?.close()

    expect(existsSync(path)).toBe(false)
  })

  it('knows when its file was taken away', async () => {
    const path = pathIn()
    const socket = await listening(path)
    const before = await socket?.isThere()
    rmSync(path)
    const without = await socket?.isThere()
    writeFileSync(path, '')

    expect([before, without, await socket?.isThere()]).toEqual([true, false, false])
    await socket?.close()
    expect(existsSync(path)).toBe(true)
  })

  it('keeps its name while it drains, so that nobody else reports meanwhile', async () => {
    const path = pathIn()
    const answer = Promise.withResolvers<string>()
    const arrived = Promise.withResolvers<void>()
    const socket = await listening(path, { answer: () => (arrived.resolve(), answer.promise) })
    const asked = ask(path, 'one\n')
    await arrived.promise
    const drained = socket?.drain(60_000)

    const second = await listening(path)
    answer.resolve('done')
    const heard = await asked
    await drained
    await socket?.close()
    const third = await listening(path)

    expect([second, heard]).toEqual([null, 'done\n'])
    expect(third).not.toBeNull()
  })

  it('drains no longer than it may', async () => {
    const path = pathIn()
    const arrived = Promise.withResolvers<void>()
    const never = new Promise<string>(() => {})
    const socket = await listening(path, { answer: () => (arrived.resolve(), never) })
    const asked = ask(path, 'one\n')
    await arrived.promise

    await socket?.drain(20)
    await socket?.close()

    expect(await asked).toBe('')
  })

  it('answers who asked before it was closed, and takes nobody more', async () => {
    const path = pathIn()
    const { promise: look, resolve } = Promise.withResolvers<string>()
    const asked: unknown[] = []
    const answer: ReportSocketOptions['answer'] = (line) => {
      asked.push(line)
      return look
    }
    const socket = await listening(path, { answer })
    const early = ask(path, 'early\n')
    await until('it is asked', () => asked.length > 0)
    const closing = socket?.close(5_000)
    await until('the name is free', () => !existsSync(path))
    const late = ask(path, 'late\n')
    resolve('seen')
    await closing

    expect([await early, await late]).toEqual(['seen\n', ''])
  })
})

describe('the name of the socket', () => {
  it('is kept by whoever lives', async () => {
    const path = pathIn()
    await listening(path)

    expect(await listening(path)).toBeNull()
    expect(await ask(path, 'hello\n')).toBe('heard hello\n')
    expect(readdirSync(join(path, '..'))).toEqual(['report.sock'])
  })

  it('is taken from the dead', async () => {
    const path = pathIn()
    await leaveDeadSocket(path)
    await listening(path)

    expect(await ask(path, 'hello\n')).toBe('heard hello\n')
    expect(readdirSync(join(path, '..'))).toEqual(['report.sock'])
  })

  it.each(['a name that is free', 'a dead one'])('goes to one of ten who start at once: %s', async (what) => {
    const path = pathIn()
    if (what === 'a dead one') await leaveDeadSocket(path)
    const sockets = await Promise.all(Array.from({ length: 10 }, () => listening(path)))

    // All but one may also give way to each other; never do two have it.
    expect(sockets.filter((socket) => socket !== null)).toHaveLength(1)
    expect(await ask(path, 'hello\n')).toBe('heard hello\n')
  })

  it('is taken from the dead also where somebody died while he took it', async () => {
    const path = pathIn()
    await leaveDeadSocket(path)
    const { ino, mtimeNs } = statSync(path, { bigint: true })
    await leaveDeadSocket(`${path}.${ino}-${mtimeNs}`)
    await listening(path)

    expect(await ask(path, 'hello\n')).toBe('heard hello\n')
  })

  it('is taken from a file that is no socket', async () => {
    const path = pathIn()
    writeFileSync(path, 'what is this')
    await listening(path)

    expect(await ask(path, 'hello\n')).toBe('heard hello\n')
  })

  it('cannot be had in a directory that is not there, which libuv calls EACCES', async () => {
    await expect(listening(join(temporaryDirectory(), 'nowhere', 'report.sock'))).rejects.toThrow('permission denied')
  })
})

describe('whoever sends', () => {
  it.each<[string, string | Buffer, string]>([
    ['a question in pieces of an odd size', `${'x'.repeat(5_000)}\n`, `heard ${'x'.repeat(5_000)}\n`],
    ['a flood without a line', 'x'.repeat(100_000), 'too much\n'],
    ['a flood after its line', `one\n${'x'.repeat(1_000_000)}`, 'heard one\n'],
    ['two lines', 'one\ntwo\n', 'heard one\n'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x0a]), 'heard \uFFFD\uFFFD\u0000\n'],
    ['an empty line', '\n', 'heard \n'],
  ])('%s is answered, and nobody else notices', async (_, text, expected) => {
    const path = pathIn()
    await listening(path, { limits: { lineBytesMax: 8_192 } })
    const [answer, other] = await Promise.all([ask(path, text), ask(path, 'hello\n')])

    // A flood may find its connection closed before it reads.
    expect([expected, '']).toContain(answer)
    expect(other).toBe('heard hello\n')
  })

  it('a question without the end of its line, and no more, is answered', async () => {
    const path = pathIn()
    await listening(path)

    expect(await ask(path, 'hello', { end: true })).toBe('heard hello\n')
  })

  it('nothing, is let go: at once when he is done, else in time', async () => {
    const path = pathIn()
    await listening(path, { limits: { lineMsMax: 20 } })

    expect(await Promise.all([ask(path, '', { end: true }), ask(path, ''), ask(path, 'half')])).toEqual(['', '', ''])
  })

  it('more connections than there may be is closed, and may come again', async () => {
    const path = pathIn()
    const { promise: look, resolve } = Promise.withResolvers<string>()
    let asked = 0
    const answer: ReportSocketOptions['answer'] = (line) => {
      asked++
      return line === 'again' ? Promise.resolve('again') : look
    }
    await listening(path, { answer, limits: { connectionsMax: 2 } })
    const two = [ask(path, 'one\n'), ask(path, 'two\n')]
    await until('two are asked', () => asked === 2)
    const third = await ask(path, 'three\n')
    resolve('seen')

    expect([third, ...(await Promise.all(two))]).toEqual(['', 'seen\n', 'seen\n'])
    await until('there is room', async () => (await ask(path, 'again\n')) === 'again\n')
  })

  it('a question that goes wrong is closed without an answer', async () => {
    const path = pathIn()
    await listening(path, { answer: () => Promise.reject(new Error('a bug')) })

    expect(await ask(path, 'hello\n')).toBe('')
  })
})

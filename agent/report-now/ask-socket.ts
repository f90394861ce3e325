// Puts one question to whoever listens at the socket, and takes one line for an answer. Whatever is at the other end,
// this ends in time, and with one of a few words.
import { connect } from 'node:net'
import { isErrno } from '../files/durable-file.ts'
import { withShortPath } from '../wakeups/socket-path.ts'
import { ANSWER_BYTES_MAX } from './answer.ts'

export type Asked =
  | { kind: 'line'; line: string }
  /** There is no socket, or nobody listens any more. */
  | { kind: 'nobody' }
  | { kind: 'forbidden' }
  /** Took the question, and then went away or sent no line that is an answer. */
  | { kind: 'cut' }
  | { kind: 'flooding' }
  | { kind: 'silent' }

export async function askSocket(path: string, question: string, msMax: number): Promise<Asked> {
  try {
    return await withShortPath(path, (short) => exchange(short, question, msMax))
  } catch (error) {
    return meaningOf(error)
  }
}

function exchange(path: string, question: string, msMax: number): Promise<Asked> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let length = 0
    const socket = connect(path)
    const finish = (asked: Asked): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(asked)
    }
    const timer = setTimeout(() => finish({ kind: 'silent' }), msMax)
    socket.once('connect', () => socket.write(`${question}\n`))
    socket.on('error', (error) => finish(meaningOf(error)))
    socket.on('data', (chunk: Buffer) => {
      const end = chunk.indexOf('\n')
      const part = end === -1 ? chunk : chunk.subarray(0, end)
      chunks.push(part)
      length += part.length
      if (length > ANSWER_BYTES_MAX) finish({ kind: 'flooding' })
      else if (end !== -1) finish({ kind: 'line', line: Buffer.concat(chunks).toString('utf8') })
    })
    socket.once('end', () => finish({ kind: 'cut' }))
  })
}

function meaningOf(error: unknown): Asked {
  if (isErrno(error, 'ENOENT', 'ECONNREFUSED', 'ENOTDIR')) return { kind: 'nobody' }
  if (isErrno(error, 'EACCES', 'EPERM')) return { kind: 'forbidden' }
  return { kind: 'cut' }
}

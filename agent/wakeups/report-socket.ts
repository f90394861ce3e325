// Where others on this host say "look now, and answer me": a socket of Unix. One line in, one line out. What the lines
// mean is nobody's business here; that they are short, few and soon is.
import { chmod, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { identityOf, takeName } from './socket-name.ts'
import { withShortPath } from './socket-path.ts'

/** Whoever may write to the socket may ask: its owner, and the group. */
const MODE = 0o660
const DRAIN_LOOK_MS = 5

export type SocketLimits = {
  /** Bytes of a question. */
  lineBytesMax: number
  /** Connections at one time; further ones are closed at once, and may come again. */
  connectionsMax: number
  /** How long a question may take to arrive, ms. */
  lineMsMax: number
  /** How long an answer may take to be fetched, ms. */
  answerMsMax: number
}

const LIMITS: SocketLimits = { lineBytesMax: 8 * 1024, connectionsMax: 128, lineMsMax: 2_000, answerMsMax: 2_000 }

export type ReportSocketOptions = {
  path: string
  /** Null for a question of which too much came. The answer is one line without its end; a rejection closes unanswered. */
  answer: (line: string | null) => Promise<string>
  limits?: Partial<SocketLimits>
}

export type ReportSocket = {
  /** False once somebody took the file away. */
  isThere(): Promise<boolean>
  /** Resolves when nobody waits for an answer, or after `ms`. The name is kept: nobody else takes it meanwhile. */
  drain(ms: number): Promise<void>
  /** Lets go of the name and takes nobody more; who asked already is answered, for at most `drainMs`. */
  close(drainMs?: number): Promise<void>
}

/** Listens at `path`, in the place of a dead socket if there is one. Null: somebody listens there. Throws errno errors. */
export async function openReportSocket({ path, answer, limits }: ReportSocketOptions): Promise<ReportSocket | null> {
  const rules = { ...LIMITS, ...limits }
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    serve(socket, answer, rules)
  })
  server.maxConnections = rules.connectionsMax
  const own = `${path}.${process.pid}-${process.hrtime.bigint()}`
  await withShortPath(own, (short) => listen(server, short))
  const taken = await nameIt(own, path).catch(async (error: unknown) => {
    await closed(server)
    throw error
  })
  if (taken === null) {
    await closed(server)
    return null
  }
  return {
    isThere: async () => (await identityOf(path).catch(() => null)) === taken,
    async drain(ms) {
      const until = performance.now() + ms
      while (open.size > 0 && performance.now() < until)
        await new Promise((resolve) => setTimeout(resolve, DRAIN_LOOK_MS))
    },
    async close(drainMs = 0) {
      // First the name: while it is ours, nobody else takes it for free.
      if ((await identityOf(path).catch(() => null)) === taken) await rm(path, { force: true })
      const ended = closed(server)
      const timer = setTimeout(() => open.forEach((socket) => socket.destroy()), drainMs)
      await ended
      clearTimeout(timer)
    },
  }
}

/** The socket's identity under its name; null: the name is taken. */
async function nameIt(own: string, path: string): Promise<string | null> {
  try {
    await chmod(own, MODE)
    return (await takeName(own, path)) ? await identityOf(path) : null
  } finally {
    await rm(own, { force: true })
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      // What goes wrong with one connection later is told by that connection.
      server.off('error', reject).on('error', () => undefined)
      resolve()
    })
  })
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}

function serve(socket: Socket, answer: ReportSocketOptions['answer'], rules: SocketLimits): void {
  const chunks: Buffer[] = []
  let length = 0
  const giveUp = (): void => void socket.destroy()
  const late = setTimeout(giveUp, rules.lineMsMax)
  const take = (line: string | null): void => {
    clearTimeout(late)
    // Nothing more is read: what a flood sends stays with its sender.
    socket.pause().removeAllListeners('data').removeAllListeners('end')
    answer(line).then((text) => finish(socket, text, rules.answerMsMax), giveUp)
  }
  socket.on('error', giveUp)
  socket.once('close', () => clearTimeout(late))
  socket.on('data', (chunk: Buffer) => {
    const end = chunk.indexOf('\n')
    const part = end === -1 ? chunk : chunk.subarray(0, end)
    chunks.push(part)
    length += part.length
    if (length > rules.lineBytesMax) take(null)
    else if (end !== -1) take(Buffer.concat(chunks).toString('utf8'))
  })
  // A question without the end of its line is one all the same once its sender has no more to say.
  socket.once('end', () => (length === 0 ? giveUp() : take(Buffer.concat(chunks).toString('utf8'))))
}

function finish(socket: Socket, text: string, msMax: number): void {
  const timer = setTimeout(() => socket.destroy(), msMax)
  socket.once('close', () => clearTimeout(timer))
  socket.end(`${text}\n`, () => socket.destroy())
}

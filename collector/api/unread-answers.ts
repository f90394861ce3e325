// A client that does not read its answer holds a connection and what waits to be sent for as long as it likes. All
// connections are looked at together, once in a while: a timer for each answer would cost more than a report needs.
import type { Server, Socket } from 'node:net'

type Progress = { sent: number; since: number }
export type UnreadAnswerTimes = { answerTimeoutMs: number; connectionCheckMs: number }

/** Destroys connections that had something to send and sent nothing of it for `answerTimeoutMs`. */
export function cutUnreadAnswers(server: Server, { answerTimeoutMs, connectionCheckMs }: UnreadAnswerTimes): void {
  const open = new Map<Socket, Progress | null>()
  // Over TLS this is the bare connection below: what is encrypted waits there, too.
  server.on('connection', (socket: Socket) => {
    open.set(socket, null)
    socket.once('close', () => open.delete(socket))
  })
  const look = setInterval(() => {
    const now = performance.now()
    for (const [socket, before] of open) {
      const progress = progressOf(socket, before, now)
      if (progress !== before) open.set(socket, progress)
      if (progress !== null && now - progress.since >= answerTimeoutMs) socket.destroy()
    }
  }, connectionCheckMs)
  look.unref()
  server.once('close', () => clearInterval(look))
}

/** Null: nothing waits. `bytesWritten` counts what waits as well (node:net), so it is taken off. */
function progressOf(socket: Socket, before: Progress | null, now: number): Progress | null {
  if (socket.writableLength === 0) return null
  const sent = socket.bytesWritten - socket.writableLength
  return before !== null && before.sent === sent ? before : { sent, since: now }
}

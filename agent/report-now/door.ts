// The socket of whoever reports for this host: the resident agent, or a command in its absence. Holding it means that
// nobody else reports, because two with one credential look like a copied machine.
import type { Log } from '../logger.ts'
import { openReportSocket, type ReportSocket } from '../wakeups/report-socket.ts'
import { formatAnswer, notUnderstood } from './answer.ts'
import type { ReportNow } from './report-now.ts'
import { parseRequest } from './request.ts'

const TRY_AGAIN_MS = 100

export type Door = {
  /** Opens it anew where somebody took the socket away. Call it now and then. */
  check(): Promise<void>
  /** Lets go of the socket; who asked already is answered, for at most `drainMs`. */
  close(drainMs?: number): Promise<void>
}

/** `waitMs`: how long to wait for somebody who holds it. */
export type DoorOptions = { waitMs: number; log: Log }

/**
 * Null: somebody still holds it. A host whose socket cannot be made is watched all the same: the problem is logged, and
 * nobody can ask.
 */
export async function openDoor(path: string, reportNow: ReportNow, { waitMs, log }: DoorOptions): Promise<Door | null> {
  const open = async (): Promise<ReportSocket | 'taken' | 'none'> => {
    try {
      return (await openSocket(path, reportNow)) ?? 'taken'
    } catch (error) {
      log.warn({ path, err: error }, 'nobody can ask for a report now: the socket cannot be made')
      return 'none'
    }
  }
  let socket = await open()
  for (let waitedMs = 0; socket === 'taken' && waitedMs < waitMs; waitedMs += TRY_AGAIN_MS) {
    await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS))
    socket = await open()
  }
  if (socket === 'taken') return null
  let checking: Promise<void> = Promise.resolve()
  const reopen = async (): Promise<void> => {
    if (socket === 'none' || (socket !== 'taken' && (await socket.isThere()))) return
    if (socket !== 'taken') await socket.close()
    socket = await open()
  }
  return {
    check: () => (checking = checking.then(reopen)),
    async close(drainMs) {
      await checking
      if (typeof socket !== 'string') await socket.close(drainMs)
    },
  }
}

/** Null: somebody holds it. Throws errno errors. */
export async function openSocket(path: string, reportNow: ReportNow): Promise<ReportSocket | null> {
  return await openReportSocket({ path, answer: (line) => answerLine(reportNow, line) })
}

async function answerLine(reportNow: ReportNow, line: string | null): Promise<string> {
  const request = line === null ? { problem: 'a question has at most 8 KiB' } : parseRequest(line)
  return formatAnswer('problem' in request ? notUnderstood(request.problem) : await reportNow.answer(request))
}

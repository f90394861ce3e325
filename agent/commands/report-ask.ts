// Finds somebody who reports: the agent that runs, a command that reports alone just now, or else this process itself.
import type { AgentConfig } from '../settings/config.ts'
import { readLiveStatus } from '../files/status-file.ts'
import { isErrno } from '../files/durable-file.ts'
import { parseAnswer, type ReportNowAnswer } from '../report-now/answer.ts'
import { askSocket } from '../report-now/ask-socket.ts'
import { formatRequest, type ReportNowRequest } from '../report-now/request.ts'
import { placesOf } from '../settings/places.ts'

export type ReportResult =
  | { kind: 'answered'; by: 'agent' | 'command'; answer: ReportNowAnswer }
  /** It listens, and says nothing. */
  | { kind: 'silent' }
  /** It says what no agent says, or goes away again and again. */
  | { kind: 'nonsense' }
  /** This user may not ask, or, where no agent runs, may not report. */
  | { kind: 'forbidden'; path: string; isAlone: boolean }
  /** No agent runs any more, and it said goodbye for this host. */
  | { kind: 'going-down' }
  /** It runs, and there is no socket to ask it at. */
  | { kind: 'no-socket'; pid: number; path: string }

const TRY_AGAIN_MS = 50
const ASKING_MS_MIN = 200
/** An agent that starts makes its socket before it says that it runs; one that ends takes it away before. */
const NO_SOCKET_MS = 700
/** Of the time that is left, what a report of our own needs to end. */
const ENDING_MS = 500

/** `restMs`: how long there is still, ms. */
export async function askForReport(
  config: AgentConfig,
  request: ReportNowRequest,
  restMs: () => number,
): Promise<ReportResult> {
  const { reportSocket: path, status } = placesOf(config)
  const giveUpOnSocketMs = restMs() - NO_SOCKET_MS
  let isCut = false
  // Once at least, however busy the machine: nothing would be known otherwise.
  for (let tries = 0; tries === 0 || restMs() > 2 * TRY_AGAIN_MS; tries++) {
    const asked = await askSocket(path, formatRequest(leftOf(request, restMs())), Math.max(restMs(), ASKING_MS_MIN))
    isCut ||= asked.kind === 'cut'
    if (asked.kind === 'line') return toResult(asked.line)
    if (asked.kind === 'silent') return { kind: 'silent' }
    if (asked.kind === 'flooding') return { kind: 'nonsense' }
    if (asked.kind === 'forbidden') return { kind: 'forbidden', path, isAlone: false }
    if (asked.kind === 'nobody') {
      const live = await readLiveStatus(status)
      if (live === null) {
        const alone = await reportAlone(config, request, restMs())
        if (alone !== null) return alone
      } else if (restMs() < giveUpOnSocketMs) return { kind: 'no-socket', pid: live.process.pid, path }
    }
    await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS))
  }
  return { kind: isCut ? 'nonsense' : 'silent' }
}

/** What was spent on finding somebody is not waited for again. */
function leftOf(request: ReportNowRequest, restMs: number): ReportNowRequest {
  const { waitMs } = request
  return waitMs === null
    ? request
    : { ...request, waitMs: Math.max(0, Math.min(waitMs, Math.floor(restMs) - ENDING_MS)) }
}

function toResult(line: string): ReportResult {
  const answer = parseAnswer(line)
  return answer === null ? { kind: 'nonsense' } : { kind: 'answered', by: 'agent', answer }
}

/** Null: somebody else reports by now, and can be asked. */
async function reportAlone(
  config: AgentConfig,
  request: ReportNowRequest,
  restMs: number,
): Promise<ReportResult | null> {
  const waitMs = Math.max(0, Math.min(request.waitMs ?? Infinity, Math.floor(restMs) - ENDING_MS))
  try {
    const { reportAlone: report } = await import('../report-now/alone.ts')
    const answer = await report(config, { ...request, waitMs })
    if (answer === 'taken') return null
    return answer === 'going-down' ? { kind: 'going-down' } : { kind: 'answered', by: 'command', answer }
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
    if (error instanceof Error && error.name === 'AlreadyRunningError') return null
    if (!isErrno(cause, 'EACCES', 'EPERM')) throw error
    return { kind: 'forbidden', path: config.stateDirectory, isAlone: true }
  }
}

// The socket where a report is asked for: whatever is written there is answered by one line that a command understands, or
// by none. And the other way round: whatever is answered there, the command prints text fit for a terminal.
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exitCodeOf, sentenceOf, verdictText } from '../../../agent/commands/report-text.ts'
import { formatAnswer, parseAnswer, type ReportNowAnswer } from '../../../agent/report-now/answer.ts'
import { openSocket } from '../../../agent/report-now/door.ts'
import { ReportNow } from '../../../agent/report-now/report-now.ts'
import { TEXT_LENGTH_MAX } from '../../../shared/protocol/limits.ts'
import { mutateJson } from './mutate-json.ts'
import { mutateText } from './mutate-text.ts'
import type { Random } from './random.ts'
import { SurfaceFault, textOf, type Surface } from './surface.ts'

const QUESTION = { version: 1, waitMs: 20, scan: false, reason: 'deploy' }

export const socketSurface: Surface = {
  name: 'report-socket',
  async open() {
    const directory = mkdtempSync(join(tmpdir(), 'overdue-fuzz-socket-'))
    const path = join(directory, 'report.sock')
    const socket = await openSocket(path, promptAgent())
    if (socket === null) throw new Error(`somebody listens at ${path}`)
    return {
      input: (random) => changedLine(QUESTION, random),
      feed: async (text) => outcomeOf(await exchange(path, textOf(text))),
      check: async () => {
        if (!(await socket.isThere())) throw new SurfaceFault('the socket is gone')
      },
      close: async () => {
        await socket.close()
        rmSync(directory, { recursive: true, force: true })
      },
    }
  },
}

const ANSWER: ReportNowAnswer = {
  outcome: 'retrying',
  problem: 'connect ECONNREFUSED 10.0.0.1:443',
  delivery: { instance: 'i', standing: 'retrying', problem: null, nextAttemptAt: null, acknowledged: null },
  lookedAt: '2026-11-22T12:00:00.000Z',
  judgement: {
    state: 'restart-required',
    exposure: 'exposed',
    promoted: true,
    reasons: ['exposed'],
    headline: 'Restart required.',
    since: null,
    sinceQuality: null,
  },
  scans: [{ name: 'firewall', ageMs: 60_000, missing: 'it did not answer in time' }],
}

export const answerLineSurface: Surface = {
  name: 'report-answers',
  async open() {
    return {
      input: (random) => changedLine(JSON.parse(formatAnswer(ANSWER)), random),
      feed: async (text) => printed(textOf(text)),
      check: async () => {},
      close: async () => {},
    }
  },
}

/** Looks at once, and its collector acknowledges at once, whatever is asked. */
function promptAgent(): ReportNow {
  const reportNow: ReportNow = new ReportNow({
    lookAfresh: () => Promise.resolve(),
    request({ freshAsOfMs, reason }) {
      if (reason !== null && reason.length > TEXT_LENGTH_MAX) throw new SurfaceFault('the reason is too long to travel')
      requirePlain(reason ?? '')
      const acknowledged = { seq: 1, root: '', at: '', freshAsOfMs }
      reportNow.onStatus({ instance: 'i', standing: 'reporting', problem: null, nextAttemptAt: null, acknowledged })
    },
    scans: { ages: () => Promise.resolve([]), scan: () => Promise.resolve([]) },
    judge: () => Promise.resolve({ lookedAt: null, judgement: null }),
    onTrouble: (error) => {
      throw new SurfaceFault(`a question nobody waits for went wrong: ${String(error)}`)
    },
    newReasonId: () => 'r',
    steadyMs: () => performance.now(),
  })
  return reportNow
}

function changedLine(value: object, random: Random): string {
  const text = JSON.stringify(random.chance(0.7) ? mutateJson(value, random) : value) ?? ''
  return random.chance(0.3) ? mutateText(text, random) : text
}

/** Everything that is answered until the connection ends. */
function exchange(path: string, question: string): Promise<string> {
  return new Promise((resolve) => {
    let heard = ''
    // A question of which too much came is answered before it was read: that connection ends with an error.
    const socket = connect(path, () => socket.end(`${question}\n`)).on('error', () => undefined)
    socket.setEncoding('utf8').on('data', (chunk: string) => (heard += chunk))
    socket.once('close', () => resolve(heard))
  })
}

function outcomeOf(heard: string): string {
  if (heard === '') return 'closed'
  const answer = heard.endsWith('\n') ? parseAnswer(heard.slice(0, -1)) : null
  if (answer === null || heard.indexOf('\n') !== heard.length - 1) throw new SurfaceFault(`answered ${heard}`)
  return answer.outcome
}

function printed(line: string): string {
  const answer = parseAnswer(line)
  if (answer === null) return 'none'
  for (const by of ['agent', 'command'] as const) {
    const result = { kind: 'answered', by, answer } as const
    requirePlain(sentenceOf(result))
    requirePlain(verdictText(result).replaceAll('\n', ' '))
    if (!Number.isInteger(exitCodeOf(result))) throw new SurfaceFault(`exits with ${exitCodeOf(result)}`)
  }
  return answer.outcome
}

function requirePlain(text: string): void {
  // oxlint-disable-next-line no-control-regex -- that is what must not be there
  if (/[\u0000-\u001f\u007f-\u009f]/.test(text)) throw new SurfaceFault(`control characters in ${JSON.stringify(text)}`)
}

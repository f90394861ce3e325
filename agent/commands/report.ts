// overdue-agent report: asks the resident agent to look and report now. It does not report itself: a second process with
// the same credential would look like a copied machine.
import { configFlags, loadConfig } from '../settings/config.ts'
import type { Standing } from '../delivery/delivery.ts'
import { parseDuration } from '../settings/duration.ts'
import { placesOf } from '../settings/places.ts'
import { readLiveStatus, type ResidentStatus } from '../files/status-file.ts'
import { steadyClockMs } from '../steady-clock.ts'
import { writeReportRequest } from '../delivery/report-request.ts'
import { type CommandIo, EXIT, UsageError } from './io.ts'
import { parseFlags } from './parse-flags.ts'

const WAIT_DEFAULT = '30s'
const POLL_MS = 100

type Outcome = { exitCode: number; outcome: string; message: string; status: ResidentStatus | null }

const FLAGS = {
  ...configFlags(),
  wait: { type: 'string' },
  soft: { type: 'boolean' },
  reason: { type: 'string' },
  json: { type: 'boolean' },
} as const

export async function runReport(argv: string[], io: CommandIo): Promise<number> {
  const given = argv.map((flag) => (flag === '--wait' ? `--wait=${WAIT_DEFAULT}` : flag))
  const { wait, soft, reason, json, ...flags } = parseFlags(given, FLAGS)
  const waitMs = wait === undefined ? null : parseDuration(String(wait))
  if (wait !== undefined && waitMs === null)
    throw new UsageError(`--wait=${String(wait)}: write a duration such as 30s`)
  const places = placesOf(await loadConfig(flags, io.environment))

  const result = await ask(places, typeof reason === 'string' ? reason : null, waitMs)
  const softened = soft === true && result.exitCode !== EXIT.done
  if (json === true) io.stdout.write(`${JSON.stringify(toDocument(result))}\n`)
  io.stderr.write(`overdue-agent report: ${softened ? 'warning: ' : ''}${result.message}\n`)
  return softened ? EXIT.done : result.exitCode
}

type AskPlaces = { status: string; reportRequest: string }

async function ask(places: AskPlaces, reason: string | null, waitMs: number | null): Promise<Outcome> {
  const before = await readLiveStatus(places.status)
  if (before === null) {
    const message = 'no agent runs here; start one with "overdue-agent run"'
    return { exitCode: EXIT.failed, outcome: 'no-resident', message, status: null }
  }
  const askedMs = steadyClockMs()
  await writeReportRequest(places.reportRequest, { reason })
  if (waitMs === null) {
    return (
      trouble(before) ?? {
        exitCode: EXIT.done,
        outcome: 'asked',
        message: 'the agent was asked to report',
        status: before,
      }
    )
  }
  return await awaitAcknowledgement(places.status, askedMs, waitMs)
}

async function awaitAcknowledgement(path: string, askedMs: number, waitMs: number): Promise<Outcome> {
  let status: ResidentStatus | null
  do {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    status = await readLiveStatus(path)
    const freshAsOfMs = status?.delivery?.acknowledged?.freshAsOfMs ?? -Infinity
    if (freshAsOfMs >= askedMs) {
      return { exitCode: EXIT.done, outcome: 'acknowledged', message: 'the collector acknowledged the report', status }
    }
  } while (steadyClockMs() < askedMs + waitMs && status?.delivery?.standing !== 'revoked')

  const late = {
    exitCode: EXIT.timedOut,
    outcome: 'timed-out',
    message: 'not acknowledged in time; the report is kept',
    status,
  }
  return trouble(status) ?? late
}

const TROUBLES: Readonly<Partial<Record<Standing, { exitCode: number; message: string }>>> = {
  retrying: { exitCode: EXIT.unreachable, message: 'the collector cannot be reached; the report is kept' },
  unauthorized: {
    exitCode: EXIT.notAuthorised,
    message: 'the collector does not accept our credential; the report is kept',
  },
  conflict: { exitCode: EXIT.notAuthorised, message: 'two live copies use our credential' },
  revoked: { exitCode: EXIT.notAuthorised, message: 'this server was removed at the collector' },
  refused: { exitCode: EXIT.failed, message: 'the collector refuses this report' },
}

/** What stands in the way as of the last attempt; null: nothing known. */
function trouble(status: ResidentStatus | null): Outcome | null {
  const { standing, problem } = status?.delivery ?? { standing: 'starting' as const, problem: null }
  const known = TROUBLES[standing]
  if (known === undefined) return null
  const message = problem === null ? known.message : `${known.message} (${problem})`
  return { exitCode: known.exitCode, outcome: standing, message, status }
}

function toDocument({ outcome, status }: Outcome): object {
  return { outcome, delivery: status?.delivery ?? null }
}

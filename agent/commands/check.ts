// overdue-agent check: a plugin for Nagios, Icinga and their like. One line, and the exit code is the answer
// (Monitoring Plugins Development Guidelines: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN; after "|" the performance data).
import { formatDuration } from '../../shared/judgement/duration.ts'
import { parseDuration } from '../../shared/judgement/parse-policy.ts'
import { loadConfig } from '../settings/config.ts'
import { placesOf } from '../settings/places.ts'
import { readLiveStatus } from '../files/status-file.ts'
import { type CommandIo, UsageError } from './io.ts'
import { parseFlags } from './parse-flags.ts'
import type { Judgement } from './snapshot-judgement.ts'
import { harmless } from './snapshot-text.ts'
import { lookAtHost } from './snapshot.ts'

const CODES = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 } as const
type Status = keyof typeof CODES

const FLAGS = {
  warning: { type: 'string', short: 'w' },
  critical: { type: 'string', short: 'c' },
  root: { type: 'string' },
  json: { type: 'boolean' },
} as const

export type Limits = { warningMs: number; criticalMs: number }
export type CheckResult = {
  status: Status
  text: string
  /** Since the restart is pending; 0: it is not, null: not known. */
  pendingAgeMs: number | null
  /** Since the collector acknowledged a report; null: no agent runs, or none was acknowledged. */
  reportAgeMs: number | null
}

/** Whatever goes wrong is UNKNOWN: to whoever calls this, code 2 would mean that a restart is overdue. */
export async function runCheck(argv: readonly string[], io: CommandIo): Promise<number> {
  const isJson = argv.includes('--json')
  try {
    const flags = parseFlags(argv, FLAGS)
    const limits = readLimits(flags['warning'], flags['critical'])
    const { root } = flags
    const { judgement, takenAt } = await lookAtHost(typeof root === 'string' ? root : null, io.environment)
    const result = checkResult(judgement, limits, Date.parse(takenAt), await reportAge(io))
    return print(result, limits, isJson, io)
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return print({ status: 'UNKNOWN', text, pendingAgeMs: null, reportAgeMs: null }, null, isJson, io)
  }
}

/** Pure: the verdict on this host, measured against the limits. */
export function checkResult(
  judgement: Judgement,
  limits: Limits,
  now: number,
  reportAgeMs: number | null,
): CheckResult {
  const { state, since, headline } = judgement
  const text = headline.replace(/\.$/, '')
  if (state === 'unknown') return { status: 'UNKNOWN', text, pendingAgeMs: null, reportAgeMs }
  if (state !== 'restart-required') return { status: 'OK', text, pendingAgeMs: 0, reportAgeMs }
  // A restart that is pending for nobody knows how long is not one that has just come up.
  if (since === null) return { status: 'CRITICAL', text, pendingAgeMs: null, reportAgeMs }
  const pendingAgeMs = Math.max(0, now - Date.parse(since))
  const status = pendingAgeMs > limits.criticalMs ? 'CRITICAL' : pendingAgeMs > limits.warningMs ? 'WARNING' : 'OK'
  return { status, text: `${text} (pending for ${formatDuration(pendingAgeMs)})`, pendingAgeMs, reportAgeMs }
}

function readLimits(warning: string | boolean | undefined, critical: string | boolean | undefined): Limits {
  const limits = { warningMs: readLimit('-w', warning ?? '3d'), criticalMs: readLimit('-c', critical ?? '14d') }
  if (limits.warningMs <= limits.criticalMs) return limits
  throw new UsageError(`-w must not be longer than -c`)
}

function readLimit(flag: string, given: string | boolean): number {
  const ms = parseDuration(String(given))
  if (ms !== null) return ms
  throw new UsageError(`${flag} ${String(given)}: write a duration such as 12h or 3d`)
}

async function reportAge(io: CommandIo): Promise<number | null> {
  const status = await readLiveStatus(placesOf(await loadConfig({}, io.environment)).status)
  const at = status?.delivery?.acknowledged?.at
  return at === undefined ? null : Math.max(0, Date.now() - Date.parse(at))
}

function print(result: CheckResult, limits: Limits | null, isJson: boolean, io: CommandIo): number {
  const exitCode = CODES[result.status]
  if (isJson) io.stdout.write(`${JSON.stringify({ ...result, exitCode })}\n`)
  // A bar would begin the performance data.
  else
    io.stdout.write(
      `RESTART ${result.status} - ${harmless(result.text.replaceAll('|', '/'))}${performanceData(result, limits)}\n`,
    )
  return exitCode
}

function performanceData({ pendingAgeMs, reportAgeMs }: CheckResult, limits: Limits | null): string {
  const seconds = (ms: number): number => Math.floor(ms / 1_000)
  const data = [
    ...(pendingAgeMs === null || limits === null
      ? []
      : [`'pending_age'=${seconds(pendingAgeMs)}s;${seconds(limits.warningMs)};${seconds(limits.criticalMs)};0`]),
    ...(reportAgeMs === null ? [] : [`'report_age'=${seconds(reportAgeMs)}s;;;0`]),
  ]
  return data.length === 0 ? '' : ` | ${data.join(' ')}`
}

// overdue-agent report: asks whoever reports for this host to look and report now, and does it itself where nobody does.
// Made for hooks: whatever is wrong, it ends in time, with an exit code and one sentence.
import { access, constants } from 'node:fs/promises'
import { isErrno } from '../files/durable-file.ts'
import { CONFIG_FILE, configFlags, loadConfig, type Environment, type Flags } from '../settings/config.ts'
import { ConfigError } from '../settings/config-error.ts'
import { parseDuration } from '../settings/duration.ts'
import { plainReason, type ReportNowRequest, WAIT_MS_MAX } from '../report-now/request.ts'
import { type CommandIo, EXIT, UsageError } from './io.ts'
import { parseFlags } from './parse-flags.ts'
import { askForReport, type ReportResult } from './report-ask.ts'
import { exitCodeOf, sentenceOf, verdictText } from './report-text.ts'

const WAIT_DEFAULT = '30s'
/** Of the 2 s that a command may take beyond its wait, what is left is for starting and ending. */
const BEYOND_WAIT_MS = 1_600
const ASKING_MS_MIN = 800
/** Whoever waits longer than this is told what for. */
const SILENCE_MS_MAX = 40

const FLAGS = {
  ...configFlags(),
  wait: { type: 'string' },
  soft: { type: 'boolean' },
  scan: { type: 'boolean' },
  reason: { type: 'string' },
  json: { type: 'boolean' },
} as const

type Given = { request: ReportNowRequest; json: boolean; flags: Flags }

export async function runReport(argv: string[], io: CommandIo): Promise<number> {
  // Before anything is understood: a hook that was written for another version must not stop a deploy either.
  const isSoft = argv.includes('--soft')
  try {
    const given = readFlags(argv)
    const result = await inTime(given, io)
    if (given.json) io.stdout.write(`${JSON.stringify(toDocument(result))}\n`)
    else if (given.request.waitMs !== null) io.stdout.write(verdictText(result))
    const code = exitCodeOf(result)
    tell(io, sentenceOf(result), isSoft && code !== EXIT.done)
    return isSoft ? EXIT.done : code
  } catch (error) {
    if (!isSoft) throw error
    tell(io, error instanceof Error ? error.message : String(error), true)
    return EXIT.done
  }
}

function tell(io: CommandIo, sentence: string, isWarning: boolean): void {
  io.stderr.write(`overdue-agent report: ${isWarning ? 'warning: ' : ''}${sentence}\n`)
}

function readFlags(argv: readonly string[]): Given {
  const said = argv.map((flag) => (flag === '--wait' ? `--wait=${WAIT_DEFAULT}` : flag))
  const { wait, soft: _, scan, reason, json, ...flags } = parseFlags(said, FLAGS)
  const waitMs = wait === undefined ? null : parseDuration(String(wait))
  if (wait !== undefined && (waitMs === null || waitMs > WAIT_MS_MAX))
    throw new UsageError(`--wait=${String(wait)}: write a duration such as 30s, at most ${WAIT_MS_MAX / 60_000}m`)
  const text = typeof reason === 'string' ? plainReason(reason) : null
  return { request: { waitMs, scan: scan === true, reason: text }, json: json === true, flags }
}

/** Whatever hangs, be it a disk: the time is over when it is over. */
async function inTime({ request, flags }: Given, io: CommandIo): Promise<ReportResult> {
  // On a machine so busy that loading took the time, there is still some left to ask.
  const untilMs = Math.max((request.waitMs ?? 0) + BEYOND_WAIT_MS, sinceStartMs() + ASKING_MS_MIN)
  const { promise: over, resolve } = Promise.withResolvers<ReportResult>()
  const timer = setTimeout(() => resolve({ kind: 'silent' }), untilMs - sinceStartMs())
  const notice = setTimeout(() => io.stderr.write(`overdue-agent report: ${waitingFor(request)} ...\n`), SILENCE_MS_MAX)
  try {
    return await Promise.race([over, loadAndAsk(flags, io.environment, request, () => untilMs - sinceStartMs())])
  } finally {
    clearTimeout(timer)
    clearTimeout(notice)
  }
}

async function loadAndAsk(
  flags: Flags,
  environment: Environment,
  request: ReportNowRequest,
  restMs: () => number,
): Promise<ReportResult> {
  try {
    return await askForReport(await loadConfig(flags, environment), request, restMs)
  } catch (error) {
    // Settings are readable by the agent's group, which is also who may ask it.
    const path = flags['config'] ?? environment['OVERDUE_CONFIG'] ?? CONFIG_FILE
    if (!(error instanceof ConfigError) || !(await isForbidden(String(path)))) throw error
    return { kind: 'forbidden', path: String(path), isAlone: false }
  }
}

async function isForbidden(path: string): Promise<boolean> {
  return await access(path, constants.R_OK).then(
    () => false,
    (error: unknown) => isErrno(error, 'EACCES'),
  )
}

function waitingFor({ waitMs, scan }: ReportNowRequest): string {
  if (waitMs === null) return 'asking the agent'
  const scans = scan ? 'the scans, ' : ''
  return `waiting for ${scans}a fresh look and the collector, at most ${waitMs / 1_000} s`
}

/** Of this process, its own loading included. */
function sinceStartMs(): number {
  return process.uptime() * 1_000
}

function toDocument(result: ReportResult): object {
  if (result.kind !== 'answered') return { outcome: result.kind, by: null, ...NOTHING_KNOWN }
  const { answer, by } = result
  return { ...answer, by }
}

const NOTHING_KNOWN = { problem: null, delivery: null, lookedAt: null, judgement: null, scans: [] }

// What is asked at the socket: one line of JSON. Nothing in it is needed: "{}" asks for a look and a report.
import { TEXT_LENGTH_MAX } from '../../shared/protocol/limits.ts'
import { isRecord, isText, parseJson } from '../files/json.ts'

/** Longest wait for an answer. */
export const WAIT_MS_MAX = 10 * 60_000

export type ReportNowRequest = {
  /** How long an answer is waited for, ms; null: the question is all, and is answered at once. */
  waitMs: number | null
  /** Ask the scans, too. */
  scan: boolean
  /** Travels with the report. */
  reason: string | null
}

export function formatRequest(request: ReportNowRequest): string {
  return JSON.stringify({ version: 1, ...request })
}

/** Keys that are not known are left alone: questions of a newer command are answered as far as they are understood. */
export function parseRequest(line: string): ReportNowRequest | { problem: string } {
  const value = recordIn(line)
  if (value === null) return { problem: 'a question is one line with a JSON object' }
  const { waitMs = null, scan = false, reason = null } = value
  if (!(waitMs === null || (Number.isInteger(waitMs) && Number(waitMs) >= 0)))
    return { problem: 'waitMs: give whole milliseconds, or null' }
  if (typeof scan !== 'boolean') return { problem: 'scan: give true or false' }
  if (!(reason === null || isText(reason))) return { problem: 'reason: give a text, or null' }
  return {
    waitMs: waitMs === null ? null : Math.min(Number(waitMs), WAIT_MS_MAX),
    scan,
    reason: reason === null ? null : plainReason(reason),
  }
}

/** Fit for a page and a log, and no longer than the collector takes; null: nothing is left of it. */
export function plainReason(text: string): string | null {
  // oxlint-disable-next-line no-control-regex -- that is what is taken out
  const plain = text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim()
  return plain.slice(0, TEXT_LENGTH_MAX).toWellFormed() || null
}

function recordIn(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value = parseJson(line)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

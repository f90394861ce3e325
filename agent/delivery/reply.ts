// From an answer to a result. Pure, and suspicious: a proxy's login page, a half-written body or a hostile collector must
// end in "try again later", never in a crash, a lost report or a new enrolment.
import { ASK_ID_LENGTH_MAX } from '../../shared/protocol/limits.ts'
import { isSectionName, type SectionName } from '../../shared/sections/names.ts'
import type { Answer } from './transport-http.ts'
import { isRecord, isText, parseJson, type UnknownRecord } from '../files/json.ts'
import type { Ask, SendResult } from './send-result.ts'
import { withoutSecrets } from '../without-secrets.ts'

export const NEXT_IN_MS_MIN = 1_000
export const NEXT_IN_MS_MAX = 3_600_000
/** A higher number would leave no room to count on from. */
export const SEQ_MAX = 2 ** 52
const EPOCH_LENGTH_MAX = 128
/** RFC 7240 section 3: the collector did wait. */
const WAIT_APPLIED = /(?:^|,) *wait *(?:[=;,]|$)/i
const PROBLEM_LENGTH_MAX = 300
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/
/** A body that was refused with one of these is never sent again as it is. */
const PERMANENT = new Set([400, 413, 415, 422])

export function toSendResult({ status, headers, text }: Answer, nowMs: number): SendResult {
  const body = recordIn(text)
  if (status >= 200 && status < 300)
    return acceptance(body, headers) ?? later(null, `answered ${status} with something else`)
  const kind = isText(body?.['kind']) ? body['kind'] : ''
  if (status === 409) return clash(kind, body)
  if (status === 410 && kind === 'credential-revoked') return { kind: 'revoked' }
  const problem = problemText(status, body)
  if (PERMANENT.has(status)) return { kind: 'rejected', problem }
  if (status === 401 || status === 403) return { kind: 'unauthorized', problem }
  return later(retryAfterMs(headers['retry-after'], nowMs), problem)
}

/** Retry-After is seconds or a date (RFC 9110 section 10.2.3); null when it is neither. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000
  // Date.parse alone would make a date of nearly anything.
  const at = HTTP_DATE.test(header) ? Date.parse(header) : Number.NaN
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs)
}

/** What went wrong, in words fit for a log line: what a collector wrote is cut and stripped of control characters and secrets. */
export function problemText(status: number, body: UnknownRecord | null): string {
  const words = withoutSecrets([body?.['title'], body?.['detail'], firstError(body)].filter(isText).join(': '))
  // oxlint-disable-next-line no-control-regex -- that is what is taken out
  const plain = words.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, PROBLEM_LENGTH_MAX)
  return plain === '' ? `the collector answered ${status}` : `the collector answered ${status}: ${plain}`
}

export function recordIn(text: string): UnknownRecord | null {
  try {
    const value = parseJson(text)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

function acceptance(body: UnknownRecord | null, headers: Answer['headers']): SendResult | null {
  const epoch = body?.['epoch']
  const want = body?.['want']
  if (!isText(epoch) || epoch.length > EPOCH_LENGTH_MAX || !Array.isArray(want)) return null
  return {
    kind: 'accepted',
    epoch,
    want: wantedSections(want),
    nextInMs: nextIn(body?.['nextInMs']),
    held: WAIT_APPLIED.test(headers['preference-applied'] ?? ''),
    ask: askIn(body?.['ask']),
  }
}

function askIn(value: unknown): Ask | null {
  if (!isRecord(value)) return null
  const { id, scan } = value
  return isText(id) && id !== '' && id.length <= ASK_ID_LENGTH_MAX ? { id, scan: scan === true } : null
}

function wantedSections(want: readonly unknown[]): SectionName[] {
  return [...new Set(want.filter((name) => isText(name) && isSectionName(name)))] as SectionName[]
}

function nextIn(value: unknown): number | null {
  if (typeof value !== 'number' || Number.isNaN(value)) return null
  return Math.min(NEXT_IN_MS_MAX, Math.max(NEXT_IN_MS_MIN, value))
}

function clash(kind: string, body: UnknownRecord | null): SendResult {
  if (kind === 'instance-rebase') return { kind: 'rebase' }
  if (kind === 'instance-conflict') return { kind: 'conflict' }
  const lastSeq = body?.['lastSeq']
  if (kind === 'sequence-behind' && typeof lastSeq === 'number' && Number.isInteger(lastSeq)) {
    if (lastSeq >= 0 && lastSeq <= SEQ_MAX) return { kind: 'behind', lastSeq }
  }
  return later(null, problemText(409, body))
}

function later(retryAfter: number | null, problem: string): SendResult {
  return { kind: 'retry-later', retryAfterMs: retryAfter, problem }
}

function firstError(body: UnknownRecord | null): string | undefined {
  const errors = body?.['errors']
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined
  if (!isRecord(first) || !isText(first['pointer'])) return undefined
  return `${first['pointer']} ${isText(first['detail']) ? first['detail'] : ''}`.trim()
}

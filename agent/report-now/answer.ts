// What is answered at the socket: one line of JSON. The command prints it; it was written by the agent of this host, but
// what it quotes may come from a collector, and the agent may be of another version.
import type { Judgement } from '../commands/snapshot-judgement.ts'
import type { Standing } from '../delivery/delivery.ts'
import { isRecord, isText, parseJson } from '../files/json.ts'
import type { DeliveryStatus } from '../files/status-file.ts'

/** More is no answer of ours. */
export const ANSWER_BYTES_MAX = 64 * 1024

export type Outcome =
  /** The collector has on disk what a look found that began after the question. */
  | 'acknowledged'
  /** Taken; nobody wanted to wait. */
  | 'asked'
  /** The look did not end in time, or what it found is held back until the flag comes to rest. */
  | 'not-looked'
  /** Looked and told, and the collector has not answered in time. */
  | 'not-answered'
  /** The question was none. */
  | 'not-understood'
  /** How the agent stands with its collector, where waiting is of no use or was in vain. */
  | Exclude<Standing, 'starting' | 'reporting'>

export const OUTCOMES: readonly Outcome[] = [
  'acknowledged',
  'asked',
  'not-looked',
  'not-answered',
  'not-understood',
  'retrying',
  'unauthorized',
  'refused',
  'conflict',
  'revoked',
]

export type ScanTold = {
  name: string
  /** Since the scan left what it found, ms; null: it has not in this boot. */
  ageMs: number | null
  /** Was asked for, and has not answered since; in words. Null: it was not asked for, or has. */
  missing: string | null
}

/** The verdict of the default policy, as `status` gives it. */
export type JudgementTold = Pick<
  Judgement,
  'state' | 'exposure' | 'promoted' | 'reasons' | 'headline' | 'since' | 'sinceQuality'
>

export type ReportNowAnswer = {
  outcome: Outcome
  /** Why it is no better, in words; null: nothing more is known. */
  problem: string | null
  delivery: DeliveryStatus | null
  /** When what is judged here was read, RFC 3339; null: nothing was yet. */
  lookedAt: string | null
  judgement: JudgementTold | null
  scans: ScanTold[]
}

export function formatAnswer(answer: ReportNowAnswer): string {
  return JSON.stringify({ version: 1, ...answer })
}

export function notUnderstood(problem: string): ReportNowAnswer {
  return { outcome: 'not-understood', problem, delivery: null, lookedAt: null, judgement: null, scans: [] }
}

/** Null for what is no answer. Everything beside the outcome may be missing, and is then not known. */
export function parseAnswer(line: string): ReportNowAnswer | null {
  try {
    const value = parseJson(line)
    if (!isRecord(value)) return null
    const outcome = OUTCOMES.find((known) => known === value['outcome'])
    if (outcome === undefined) return null
    const { delivery, judgement, scans, problem, lookedAt } = value
    const isJudgement = isRecord(judgement) && isText(judgement['state']) && isText(judgement['headline'])
    return {
      outcome,
      problem: isText(problem) ? problem : null,
      delivery: isRecord(delivery) && isText(delivery['standing']) ? (delivery as DeliveryStatus) : null,
      lookedAt: isText(lookedAt) ? lookedAt : null,
      judgement: isJudgement ? (judgement as JudgementTold) : null,
      scans: Array.isArray(scans) ? scans.filter(isScanTold) : [],
    }
  } catch {
    return null
  }
}

function isScanTold(value: unknown): value is ScanTold {
  if (!isRecord(value) || !isText(value['name'])) return false
  const { ageMs, missing } = value
  return (ageMs === null || typeof ageMs === 'number') && (missing === null || isText(missing))
}

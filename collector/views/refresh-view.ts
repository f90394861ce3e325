// What came of asking servers for a fresh report, as the API answers it: one item for each, and a line for each where
// the answer is streamed. Pure.
import { formatDuration } from '../../shared/judgement/duration.ts'
import { nameOf, type ServerRecord } from '../store/records.ts'
import { toServerItem, type ServerItem } from './server-view.ts'

/**
 * `asked`: nobody waited for the answer. `not-connected`: asked, and hears of it when it is back. `stopped`: the collector
 * did, while it waited.
 */
export const REFRESH_OUTCOMES = ['answered', 'asked', 'not-connected', 'timed-out', 'removed', 'stopped'] as const
export type RefreshOutcome = (typeof REFRESH_OUTCOMES)[number]

export type RefreshItem = {
  id: string
  name: string
  outcome: RefreshOutcome
  /** Why there is no fresh verdict, in a sentence; null where there is one, and where nobody waited. */
  why: string | null
  /** As its fresh report left it; null without one: what was known before is not passed off as fresh. */
  server: ServerItem | null
}

export type RefreshAnswer = { total: number; answered: number; items: RefreshItem[] }

/** Lines of `application/x-ndjson`: one "begin", a "server" for each as it is settled, one "end". */
export type RefreshLine =
  | { type: 'begin'; total: number }
  | ({ type: 'server' } & RefreshItem)
  /** Nothing happened for a while: keeps the connection, and the reader, awake. */
  | { type: 'waiting'; total: number; settled: number }
  | { type: 'end'; total: number; answered: number }

/** `record` as it is now. Times in epoch ms, `waitMs` as it was asked for. */
export function toRefreshItem(
  record: ServerRecord,
  outcome: RefreshOutcome,
  lastContactAt: number | null,
  waitMs: number,
  now: number,
): RefreshItem {
  const { id } = record
  const why = whyText(outcome, lastContactAt, waitMs, now)
  const server = outcome === 'answered' ? toServerItem(record, lastContactAt, now) : null
  return { id, name: nameOf(record), outcome, why, server }
}

function whyText(outcome: RefreshOutcome, lastContactAt: number | null, waitMs: number, now: number): string | null {
  switch (outcome) {
    case 'answered':
    case 'asked':
      return null
    case 'not-connected': {
      const heard = lastContactAt === null ? 'never heard' : `last heard ${formatDuration(now - lastContactAt)} ago`
      return `Its agent holds no connection (${heard}). It hears of this when it is back.`
    }
    case 'timed-out':
      return `Its agent was asked and brought no fresh report within ${formatDuration(waitMs)}.`
    case 'removed':
      return 'It was removed meanwhile.'
    case 'stopped':
      return 'The collector stopped before a fresh report came.'
    default:
      return outcome satisfies never
  }
}

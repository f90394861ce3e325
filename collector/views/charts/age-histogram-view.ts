// Restarts that are pending, by how long: which of them are about to pass what policy allows, and which have.
import type { StaleAfter } from '../../../shared/judgement/policy.ts'
import type { ServerRecord } from '../../store/records.ts'

const DAY_MS = 86_400_000
/** Where one bar ends and the next begins. */
const BOUNDS = [1, 3, 7, 14, 30, 60] as const

export type AgeBar = {
  /** Days; the lower bound excluded, the upper included, as the query beside it says. Null: no end. */
  from: number
  to: number | null
  exposed: number
  other: number
  /** Selects exactly these servers. */
  query: string
}

export type AgeHistogram = {
  bars: readonly AgeBar[]
  /** In need of a restart, but nobody knows since when. */
  undated: number
  total: number
  policy: StaleAfter
}

/** `inOrder`: active servers, most urgent first; behind whoever needs a restart or a person is nobody who counts here. */
export function ageHistogram(inOrder: Iterable<ServerRecord>, policy: StaleAfter, now: number): AgeHistogram {
  const bars = [0, ...BOUNDS].map((from, index) => emptyBar(from, BOUNDS[index] ?? null))
  let undated = 0
  let total = 0
  for (const { verdict } of inOrder) {
    if (verdict.state !== 'restart-required' && !verdict.promoted) break
    if (verdict.state !== 'restart-required') continue
    total += 1
    const bar =
      verdict.since === null
        ? undefined
        : bars.find(({ to }) => to === null || now - Number(verdict.since) <= to * DAY_MS)
    if (bar === undefined) undated += 1
    else bar[verdict.exposure === 'exposed' ? 'exposed' : 'other'] += 1
  }
  return { bars, undated, total, policy }
}

function emptyBar(from: number, to: number | null): AgeBar {
  return { from, to, exposed: 0, other: 0, query: `state:restart-required ${ageTerms(from, to)}` }
}

/** "-older:14d" alone would also select servers of which nobody knows since when. */
function ageTerms(from: number, to: number | null): string {
  if (from === 0) return `older:<=${to}d`
  return to === null ? `older:${from}d` : `older:${from}d -older:${to}d`
}

// "This restart has been pending for longer than policy allows." A server that does not report is silent, never stale.
import { staleAfterMs, type StaleAfter } from '../policy.ts'
import type { State } from '../verdict.ts'
import type { Promotion } from './promotion.ts'

/** When a need becomes stale; null where there is none, or nobody knows since when. */
export function staleMoment(
  state: State,
  since: number | null,
  staleAfter: StaleAfter,
  exposed: boolean,
): number | null {
  if (state !== 'restart-required' || since === null) return null
  return since + staleAfterMs(staleAfter, exposed)
}

export function stale(staleAt: number | null, now: number): Promotion {
  if (staleAt === null) return { raised: false, changesAt: null }
  return now >= staleAt ? { raised: true, changesAt: null } : { raised: false, changesAt: staleAt }
}

// What judgement says. The names are the contract of API, pages, metrics and command line.
import type { SinceQuality } from '../sections/text.ts'

export const STATES = ['ok', 'deferrable', 'restart-required', 'unknown'] as const
export type State = (typeof STATES)[number]

export const REPORTINGS = ['current', 'late', 'silent', 'restarting', 'never'] as const
export type Reporting = (typeof REPORTINGS)[number]

export const EXPOSURES = ['exposed', 'unknown', 'filtered'] as const
export type Exposure = (typeof EXPOSURES)[number]

export const LIFECYCLES = ['active', 'pending-approval', 'conflict', 'removed'] as const
export type Lifecycle = (typeof LIFECYCLES)[number]

export const PROMOTION_REASONS = ['exposed', 'stale', 'silent'] as const
export type PromotionReason = (typeof PROMOTION_REASONS)[number]

/** One piece of evidence: what was read, where, when, what it says, and whether it decided. */
export type Signal = {
  name: string
  /** The raw value, as far as a person can read it. */
  value: unknown
  source: string
  /** Epoch ms of the judge's clock; null if never read. */
  readAt: number | null
  role: 'decides' | 'informs'
  says: 'required' | 'not-required' | 'unknown'
  /** One sentence. */
  why: string
  /** Packages this signal names; null where they could not be read, [] where it names none. */
  packages: string[] | null
}

export type Verdict = {
  state: State
  /** While silent or never heard: what was true when last heard. */
  lastKnown: { state: State; at: number } | null
  reporting: Reporting
  exposure: Exposure
  promoted: boolean
  reasons: PromotionReason[]
  since: number | null
  sinceQuality: SinceQuality | null
  /** When the need becomes, or became, stale. */
  staleAt: number | null
  /** Names asking for the restart; null where they could not be read. */
  packages: string[] | null
  signals: Signal[]
  /** When time alone can change this verdict; null: never. */
  nextJudgementAt: number | null
}

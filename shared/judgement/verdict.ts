// What judgement says. The names are the contract of API, pages, metrics and command line.
import type { BootIdentity } from '../boot-identity.ts'
import type { SinceQuality } from '../sections/text.ts'

export const STATES = ['ok', 'deferrable', 'restart-required', 'unknown'] as const
export type State = (typeof STATES)[number]

export const REPORTINGS = ['current', 'late', 'silent', 'restarting', 'never'] as const
export type Reporting = (typeof REPORTINGS)[number]

export const EXPOSURES = ['exposed', 'unknown', 'filtered'] as const
export type Exposure = (typeof EXPOSURES)[number]

/** What a server lacks to tell its exposure: whether a public address leads to it, a scan of its firewall, or else. */
export const EXPOSURE_MISSING = ['public-address', 'scan', 'other'] as const
export type ExposureMissing = (typeof EXPOSURE_MISSING)[number]

export const LIFECYCLES = ['active', 'pending-approval', 'conflict', 'removed'] as const
export type Lifecycle = (typeof LIFECYCLES)[number]

export const PROMOTION_REASONS = ['exposed', 'stale', 'silent'] as const
export type PromotionReason = (typeof PROMOTION_REASONS)[number]

/** One piece of evidence: what was read, where, when, what it says, and whether it decided. */
export type Signal = {
  name: string
  /** The raw value, as far as a person can read it; null where nothing could be read. */
  value: string | null
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

/** A service that runs replaced code and answers a port that anyone can reach. */
export type ToldService = { unit: string; since: number; quality: SinceQuality }

/** What was last known for sure. Carried through gaps in the evidence, so that history compares facts with facts. */
export type Baseline = {
  need: Exclude<State, 'unknown'>
  /** The boot the need belongs to; null: not known. */
  boot: BootIdentity | null
  /** Was that need already said to be stale? */
  stale: boolean
  exposure: Exclude<Exposure, 'unknown'> | null
  /** History says that it is silent, and it was not heard since: a longer `silentAfter` alone brings nobody back. */
  silent?: true
  /** Services that were told, and may run old code still; missing: nobody ever looked at processes. */
  services?: readonly ToldService[]
  /** Ids known to be exploited that were told, and that a restart fixes still; missing: none. */
  exploited?: readonly string[]
  /** The last addresses that were known; there only while none are. */
  addresses?: readonly string[]
}

export type Verdict = {
  state: State
  /** While silent: what was true when last heard, and when that was. Null otherwise, and when never heard. */
  lastKnown: { state: State; at: number } | null
  /** Silent since it said, then, that it goes down to restart; absent: it did not say so. */
  goodbyeAt?: number
  reporting: Reporting
  exposure: Exposure
  promoted: boolean
  reasons: PromotionReason[]
  /** Of the needed restart. */
  since: number | null
  sinceQuality: SinceQuality | null
  /** There only where a service that runs old code promotes: since when the first of them does. */
  oldServiceSince?: number
  /** Ids known to be exploited that stay open until the restart; there only where one does. */
  knownExploited?: string[]
  /** When the need becomes, or became, stale. */
  staleAt: number | null
  /** Names asking for the restart; null where they could not be read. */
  packages: string[] | null
  /** Null until a need, or its absence, was known once. */
  baseline: Baseline | null
  /** When time alone can change this verdict; null: never. */
  nextJudgementAt: number | null
}

/** What a verdict rests on. It can be had again from the same facts, so who keeps verdicts need not keep it. */
export type Evidence = { signals: Signal[] }

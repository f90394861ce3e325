// What judgement looks at: the facts of one server, who last heard of it, and nothing of where they are stored.
// Times are epoch milliseconds of the judge's clock.
import type { BootIdentity } from '../boot-identity.ts'
import type { BootSection } from '../sections/boot.ts'
import type { ExposureSection } from '../sections/exposure.ts'
import type { HostSection } from '../sections/host.ts'
import type { KernelSection } from '../sections/kernel.ts'
import type { Outcome } from '../sections/section.ts'
import type { SentinelSection } from '../sections/sentinel.ts'
import type {
  ComponentsSummary,
  ListenersSummary,
  PackagesSummary,
  ProcessesSummary,
  UpdatesSummary,
} from '../sections/summaries.ts'
import type { SinceQuality } from '../sections/text.ts'
import type { ExploitedFix } from './known-exploited.ts'
import type { Baseline, Exposure } from './verdict.ts'

/** The last look at a subject, and the last time it succeeded: a failure never overwrites a value. */
export type Observation<V> = {
  outcome: Outcome
  reason: string | null
  /** When the last look took place. */
  readAt: number
  /** The last observed value; null if there never was one, or the subject became absent. */
  value: V | null
  /** When a run of failures began; null unless `outcome` is `failed`. */
  failedSince: number | null
}

export type ObservedSections = {
  host?: Observation<HostSection>
  boot?: Observation<BootSection>
  sentinel?: Observation<SentinelSection>
  kernel?: Observation<KernelSection>
  /** Of the sections that may be large, what is needed of them everywhere. */
  listeners?: Observation<ListenersSummary>
  packages?: Observation<PackagesSummary>
  /** Missing: from an agent that does not say how it judged. */
  exposure?: Observation<ExposureSection>
  /** Missing: from an agent that does not look at processes. */
  processes?: Observation<ProcessesSummary>
  /** Missing: from an agent that does not look at updates. Decides nothing. */
  updates?: Observation<UpdatesSummary>
  /** The same of components. */
  components?: Observation<ComponentsSummary>
}

/** Earliest known moment of the need in this boot. */
export type Since = { at: number; quality: SinceQuality }

export type Contact = {
  /** Last time the server was heard; null: never. The collector passes a floor here while it was blind itself. */
  lastAt: number | null
  heartbeatMs: number
  /** When it said goodbye at shutdown; null otherwise. */
  goodbyeAt: number | null
}

export type Subject = {
  application: string | null
  sections: ObservedSections
  since: Since | null
  contact: Contact
  /** Can anyone on the internet reach a listening port? Without an answer: as section `listeners` says. */
  exposure?: Exposure
  /** Does Livepatch cover the running kernel? Without an answer: as section `kernel` says. */
  livepatchCovers?: boolean
  /** What upgrades of this boot fixed that is known to be exploited; missing: nothing, or nobody knows. */
  knownExploited?: readonly ExploitedFix[]
  /** Which boot the facts belong to; without it the one of section `boot`. */
  boot?: BootIdentity | null
  /** The previous verdict's `baseline`: judgement carries it through gaps in the evidence. */
  baseline?: Baseline | null
}

// Policy: the thresholds people decide on. Everything else about a verdict follows from facts.

const DAY_MS = 86_400_000

export type StaleAfter = {
  /** Days a restart may stay pending on a server that anyone can reach, and on any other. */
  exposedDays: number
  otherwiseDays: number
}

/** Where each pair comes from is said in docs/reference/policy.md, with what the preset does not cover. */
export const PRESETS = {
  default: { exposedDays: 14, otherwiseDays: 30 },
  'bod-26-04': { exposedDays: 14, otherwiseDays: 60 },
  'essential-eight': { exposedDays: 14, otherwiseDays: 30 },
  'cyber-essentials': { exposedDays: 14, otherwiseDays: 14 },
  'pci-dss-4': { exposedDays: 30, otherwiseDays: 30 },
  relaxed: { exposedDays: 30, otherwiseDays: 60 },
} as const satisfies Record<string, StaleAfter>
/** How long a restart may stay pending that makes a fix effective for what is known to be exploited. Where a source names no
 * such days, they are the preset's. */
export const KNOWN_EXPLOITED_PRESETS = {
  default: { exposedDays: 3, otherwiseDays: 14 },
  'bod-26-04': { exposedDays: 3, otherwiseDays: 14 },
  'essential-eight': { exposedDays: 2, otherwiseDays: 2 },
  'cyber-essentials': { exposedDays: 14, otherwiseDays: 14 },
  'pci-dss-4': PRESETS['pci-dss-4'],
  relaxed: PRESETS.relaxed,
} as const satisfies Record<PresetName, StaleAfter>
export type PresetName = keyof typeof PRESETS

export type ApplicationPolicy = {
  staleAfter?: StaleAfter
  /** The same where the restart fixes what is known to be exploited. */
  knownExploitedAfter?: StaleAfter
  unknownExposureCounts?: boolean
  outdatedServiceCounts?: boolean
}

export type Policy = {
  preset: PresetName
  staleAfter: StaleAfter
  /** The same where the restart fixes what is known to be exploited; missing: as the preset says. */
  knownExploitedAfter?: StaleAfter
  /** Does exposure `unknown` promote like `exposed`? */
  unknownExposureCounts: boolean
  /** Does a service that runs replaced code at an exposed port promote its server, though that needs no restart? */
  outdatedServiceCounts: boolean
  silentAfterMs: number
  forgetSilentAfterMs: number
  applications: Readonly<Record<string, ApplicationPolicy>>
}

export const DEFAULT_POLICY: Policy = {
  preset: 'default',
  staleAfter: PRESETS.default,
  unknownExposureCounts: false,
  outdatedServiceCounts: false,
  silentAfterMs: 15 * 60_000,
  forgetSilentAfterMs: 14 * DAY_MS,
  applications: {},
}

/** What applies to a server of `application`. */
export function policyFor(policy: Policy, application: string | null): Required<ApplicationPolicy> {
  const own =
    application === null
      ? undefined
      : Object.hasOwn(policy.applications, application)
        ? policy.applications[application]
        : undefined
  return {
    staleAfter: own?.staleAfter ?? policy.staleAfter,
    knownExploitedAfter: own?.knownExploitedAfter ?? knownExploitedAfter(policy),
    unknownExposureCounts: own?.unknownExposureCounts ?? policy.unknownExposureCounts,
    outdatedServiceCounts: own?.outdatedServiceCounts ?? policy.outdatedServiceCounts,
  }
}

/** For the fleet. The shorter of this and `staleAfter` counts. */
export function knownExploitedAfter({ preset, knownExploitedAfter: own }: Policy): StaleAfter {
  return own ?? KNOWN_EXPLOITED_PRESETS[preset]
}

/** How long a need may stay pending before it is stale, in ms. */
export function staleAfterMs(staleAfter: StaleAfter, countsAsExposed: boolean): number {
  return (countsAsExposed ? staleAfter.exposedDays : staleAfter.otherwiseDays) * DAY_MS
}

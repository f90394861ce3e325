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
export type PresetName = keyof typeof PRESETS

export type ApplicationPolicy = { staleAfter?: StaleAfter; unknownExposureCounts?: boolean }

export type Policy = {
  preset: PresetName
  staleAfter: StaleAfter
  /** Does exposure `unknown` promote like `exposed`? */
  unknownExposureCounts: boolean
  silentAfterMs: number
  forgetSilentAfterMs: number
  applications: Readonly<Record<string, ApplicationPolicy>>
}

export const DEFAULT_POLICY: Policy = {
  preset: 'default',
  staleAfter: PRESETS.default,
  unknownExposureCounts: false,
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
    unknownExposureCounts: own?.unknownExposureCounts ?? policy.unknownExposureCounts,
  }
}

/** How long a need may stay pending before it is stale, in ms. */
export function staleAfterMs(staleAfter: StaleAfter, countsAsExposed: boolean): number {
  return (countsAsExposed ? staleAfter.exposedDays : staleAfter.otherwiseDays) * DAY_MS
}

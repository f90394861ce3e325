// A policy in the form people write it: the table that parse-policy.ts reads back to the same policy.
import type { Policy, PresetName, StaleAfter } from './policy.ts'

export type ApplicationPolicyTable = {
  staleAfter?: StaleAfter
  knownExploitedAfter?: StaleAfter
  unknownExposureCounts?: boolean
  outdatedServiceCounts?: boolean
}

export type PolicyTable = {
  preset: PresetName
  staleAfter: StaleAfter
  /** There only where it is not as the preset says. */
  knownExploitedAfter?: StaleAfter
  unknownExposureCounts: boolean
  outdatedServiceCounts: boolean
  /** "15m" */
  silentAfter: string
  /** "14d" */
  forgetSilentAfter: string
  applications: Record<string, ApplicationPolicyTable>
}

export function toPolicyTable(policy: Policy): PolicyTable {
  const { preset, staleAfter, unknownExposureCounts, outdatedServiceCounts, applications } = policy
  return {
    preset,
    staleAfter: { ...staleAfter },
    ...(policy.knownExploitedAfter === undefined ? {} : { knownExploitedAfter: { ...policy.knownExploitedAfter } }),
    unknownExposureCounts,
    outdatedServiceCounts,
    silentAfter: toDurationText(policy.silentAfterMs),
    forgetSilentAfter: toDurationText(policy.forgetSilentAfterMs),
    applications: { ...applications },
  }
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
] as const

/** In the largest unit that says it exactly; no duration of a policy is finer than a second. */
export function toDurationText(ms: number): string {
  const unit = UNITS.find(([, unitMs]) => ms % unitMs === 0)
  return unit === undefined ? `${ms / 1_000}s` : `${ms / unit[1]}${unit[0]}`
}

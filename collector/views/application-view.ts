// One application as the API answers it: how its servers are, and which policy they are judged by.
import { policyFor, type Policy, type PresetName, type StaleAfter } from '../../shared/judgement/policy.ts'
import type { Exposure, PromotionReason, Reporting, State } from '../../shared/judgement/verdict.ts'
import { nameOf, type ServerRecord } from '../store/records.ts'
import { toRfc3339 } from './rfc3339.ts'

type Group = {
  name: string | null
  counts: Readonly<{
    total: number
    state: Readonly<Record<State, number>>
    reporting: Readonly<Record<Reporting, number>>
    exposure: Readonly<Record<Exposure, number>>
    promoted: number
    reasons: Readonly<Record<PromotionReason, number>>
  }>
  oldest: ServerRecord | null
}

/** Was the value set for this application, or is it everyone's? */
export type PolicySource = 'application' | 'fleet'

export type ApplicationItem = {
  /** Null: the servers that belong to no application. */
  name: string | null
  total: number
  state: Readonly<Record<State, number>>
  reporting: Readonly<Record<Reporting, number>>
  exposure: Readonly<Record<Exposure, number>>
  promoted: number
  reasons: Readonly<Record<PromotionReason, number>>
  /** The restart pending for longest. */
  oldest: { id: string; name: string; since: string | null } | null
  /** Of all its servers; null without any. */
  worstExposure: Exposure | null
  policy: {
    preset: PresetName
    staleAfter: StaleAfter & { from: PolicySource }
    unknownExposureCounts: { value: boolean; from: PolicySource }
    outdatedServiceCounts: { value: boolean; from: PolicySource }
  }
}

export function toApplicationItem({ name, counts, oldest }: Group, policy: Policy): ApplicationItem {
  const { total, state, reporting, exposure, promoted, reasons } = counts
  return {
    name,
    total,
    state,
    reporting,
    exposure,
    promoted,
    reasons,
    oldest: oldest === null ? null : { id: oldest.id, name: nameOf(oldest), since: toRfc3339(oldest.verdict.since) },
    worstExposure: worstOf(exposure),
    policy: policyInForce(policy, name),
  }
}

/** Most urgent first; the servers of no application last among equals. */
export function byApplicationUrgency(a: ApplicationPlace, b: ApplicationPlace): number {
  return (
    b.promoted - a.promoted ||
    b.restartRequired - a.restartRequired ||
    b.unknown - a.unknown ||
    compareNames(a.name, b.name)
  )
}

/** What the order looks at. */
export type ApplicationPlace = { promoted: number; restartRequired: number; unknown: number; name: string | null }

export function placeOf({ name, promoted, state }: ApplicationItem): ApplicationPlace {
  return { promoted, restartRequired: state['restart-required'], unknown: state.unknown, name }
}

function worstOf(exposure: Readonly<Record<Exposure, number>>): Exposure | null {
  return (['exposed', 'unknown', 'filtered'] as const).find((word) => exposure[word] > 0) ?? null
}

function policyInForce(policy: Policy, name: string | null): ApplicationItem['policy'] {
  const inForce = policyFor(policy, name)
  const own = name !== null && Object.hasOwn(policy.applications, name) ? policy.applications[name] : undefined
  const from = (value: unknown): PolicySource => (value === undefined ? 'fleet' : 'application')
  return {
    preset: policy.preset,
    staleAfter: { ...inForce.staleAfter, from: from(own?.staleAfter) },
    unknownExposureCounts: { value: inForce.unknownExposureCounts, from: from(own?.unknownExposureCounts) },
    outdatedServiceCounts: { value: inForce.outdatedServiceCounts, from: from(own?.outdatedServiceCounts) },
  }
}

/** By code unit: the same on every machine, whatever its locale. */
function compareNames(a: string | null, b: string | null): number {
  if (a === b) return 0
  if (a === null) return 1
  return b === null || a < b ? -1 : 1
}

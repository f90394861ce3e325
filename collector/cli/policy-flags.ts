// Flags of `overdue policy` over the policy in force become the body of a request: what no flag names stays as it is.
import type { ParseArgsOptionsConfig } from 'node:util'
import { KNOWN_EXPLOITED_PRESETS, PRESETS, type PresetName, type StaleAfter } from '../../shared/judgement/policy.ts'
import type { ApplicationPolicyTable, PolicyTable } from '../../shared/judgement/policy-table.ts'
import { nearest } from '../../shared/nearest.ts'
import { UsageError } from './cli-error.ts'
import { count, isSet, text, type Flags } from './command.ts'

const EXPLOITED_FLAGS = ['known-exploited-exposed-days', 'known-exploited-otherwise-days'] as const
const FLEET_ONLY = { 'silent-after': { type: 'string' }, 'forget-silent-after': { type: 'string' } } as const
const CHANGING = {
  preset: { type: 'string' },
  'exposed-days': { type: 'string' },
  'otherwise-days': { type: 'string' },
  'known-exploited-exposed-days': { type: 'string' },
  'known-exploited-otherwise-days': { type: 'string' },
  'unknown-exposure-counts': { type: 'string' },
  'outdated-service-counts': { type: 'string' },
  ...FLEET_ONLY,
} as const

export const POLICY_FLAGS = {
  ...CHANGING,
  app: { type: 'string' },
  'as-fleet': { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig

export function hasChange(flags: Flags): boolean {
  return isReset(flags) || Object.keys(CHANGING).some((name) => flags[name] !== undefined)
}

/** Throws UsageError where it makes no sense. */
export function isReset(flags: Flags): boolean {
  if (!isSet(flags, 'as-fleet')) return false
  if (text(flags, 'app') === null) throw new UsageError('--as-fleet needs --app NAME.')
  const other = Object.keys(CHANGING).find((name) => flags[name] !== undefined)
  if (other !== undefined) throw new UsageError(`Choose one of --as-fleet and --${other}.`)
  return true
}

/** Throws UsageError naming the flag. The collector checks what it gets again, and says more. */
export function policyBody(current: PolicyTable, flags: Flags): Record<string, unknown> {
  const app = text(flags, 'app')
  return app === null ? fleetBody(current, flags) : applicationBody(current, app, flags)
}

function fleetBody(current: PolicyTable, flags: Flags): Record<string, unknown> {
  const preset = readPreset(flags)
  return {
    preset: preset ?? current.preset,
    staleAfter: staleAfter(preset === null ? current.staleAfter : PRESETS[preset], flags),
    ...knownExploited(preset === null ? current.knownExploitedAfter : null, preset ?? current.preset, flags),
    unknownExposureCounts: readSwitch(flags, 'unknown-exposure-counts') ?? current.unknownExposureCounts,
    outdatedServiceCounts: readSwitch(flags, 'outdated-service-counts') ?? current.outdatedServiceCounts,
    silentAfter: text(flags, 'silent-after') ?? current.silentAfter,
    forgetSilentAfter: text(flags, 'forget-silent-after') ?? current.forgetSilentAfter,
  }
}

function applicationBody(current: PolicyTable, app: string, flags: Flags): Record<string, unknown> {
  const misplaced = Object.keys(FLEET_ONLY).find((name) => flags[name] !== undefined)
  if (misplaced !== undefined) throw new UsageError(`--${misplaced} is of the whole fleet: leave --app out.`)
  const own = Object.hasOwn(current.applications, app) ? current.applications[app] : undefined
  const preset = readPreset(flags)
  const changesDays = preset !== null || flags['exposed-days'] !== undefined || flags['otherwise-days'] !== undefined
  const base = preset === null ? (own?.staleAfter ?? current.staleAfter) : PRESETS[preset]
  const days = changesDays ? staleAfter(base, flags) : own?.staleAfter
  const unknownExposureCounts = readSwitch(flags, 'unknown-exposure-counts') ?? own?.unknownExposureCounts
  const outdatedServiceCounts = readSwitch(flags, 'outdated-service-counts') ?? own?.outdatedServiceCounts
  return {
    ...(days === undefined ? {} : { staleAfter: days }),
    ...(preset === null
      ? ownExploited(current, own, flags)
      : knownExploited(KNOWN_EXPLOITED_PRESETS[preset], preset, flags)),
    ...(unknownExposureCounts === undefined ? {} : { unknownExposureCounts }),
    ...(outdatedServiceCounts === undefined ? {} : { outdatedServiceCounts }),
  }
}

function staleAfter(base: StaleAfter, flags: Flags): StaleAfter {
  return {
    exposedDays: count(flags, 'exposed-days') ?? base.exposedDays,
    otherwiseDays: count(flags, 'otherwise-days') ?? base.otherwiseDays,
  }
}

/** `base`: what stays of it; null: nothing does, the preset says it. Without a flag, what is in force is not sent. */
function knownExploited(
  base: StaleAfter | null | undefined,
  preset: PresetName,
  flags: Flags,
): { knownExploitedAfter?: StaleAfter | Record<string, never> } {
  const exposedDays = count(flags, 'known-exploited-exposed-days')
  const otherwiseDays = count(flags, 'known-exploited-otherwise-days')
  if (exposedDays === null && otherwiseDays === null)
    return base === undefined ? {} : { knownExploitedAfter: base === null ? {} : { ...base } }
  const { exposedDays: exposed, otherwiseDays: otherwise } = base ?? KNOWN_EXPLOITED_PRESETS[preset]
  return { knownExploitedAfter: { exposedDays: exposedDays ?? exposed, otherwiseDays: otherwiseDays ?? otherwise } }
}

/** Of an application without a preset of its own: what no flag names is as the fleet has it. */
function ownExploited(current: PolicyTable, own: ApplicationPolicyTable | undefined, flags: Flags) {
  const isNamed = EXPLOITED_FLAGS.some((name) => flags[name] !== undefined)
  const base = own?.knownExploitedAfter ?? (isNamed ? current.knownExploitedAfter : undefined)
  return knownExploited(base, current.preset, flags)
}

function readPreset(flags: Flags): PresetName | null {
  const given = text(flags, 'preset')
  const known = Object.keys(PRESETS) as PresetName[]
  const found = known.find((name) => name === given)
  if (given === null || found !== undefined) return found ?? null
  const guess = nearest(given, known)
  throw new UsageError(
    `--preset: there is no "${given}"${guess === null ? '' : `; did you mean "${guess}"`}. Known: ${known.join(', ')}.`,
  )
}

function readSwitch(flags: Flags, name: 'unknown-exposure-counts' | 'outdated-service-counts'): boolean | null {
  const given = text(flags, name)
  if (given === null) return null
  if (given === 'true' || given === 'false') return given === 'true'
  throw new UsageError(`--${name} ${given}: write true or false.`)
}

// The forms for the policy: their text becomes a policy, or sentences about what is wrong with it.
import type { PolicyFault } from '../../../shared/judgement/parse-policy.ts'
import {
  KNOWN_EXPLOITED_PRESETS,
  knownExploitedAfter,
  PRESETS,
  type Policy,
  type StaleAfter,
} from '../../../shared/judgement/policy.ts'
import { toPolicyTable } from '../../../shared/judgement/policy-table.ts'
import { withApplicationPolicy, withFleetPolicy } from '../../policy/change-policy.ts'
import { fieldOf } from '../forms.ts'

/** What stands in a form, right or wrong. */
export type PolicyDraft = {
  /** Of one application; null: of the fleet. */
  application: string | null
  preset: string
  /** '' as the preset says, or for an application as the fleet. */
  exposedDays: string
  otherwiseDays: string
  /** The same where the restart fixes what is known to be exploited. */
  exploitedExposedDays: string
  exploitedOtherwiseDays: string
  /** 'yes', 'no'; '' for an application: as the fleet. */
  unknownExposureCounts: string
  /** The same. */
  outdatedServiceCounts: string
  silentAfter: string
  forgetSilentAfter: string
}

export const DRAFT_FIELDS = [
  'application',
  'preset',
  'exposedDays',
  'otherwiseDays',
  'exploitedExposedDays',
  'exploitedOtherwiseDays',
  'unknownExposureCounts',
  'outdatedServiceCounts',
  'silentAfter',
  'forgetSilentAfter',
] as const satisfies readonly (keyof PolicyDraft)[]

export type ReadPolicy = { policy: Policy; subject: string; problems: null } | { policy: null; problems: string[] }

/** `fields`: of a form, or of an address, which may name only some; for the rest `current` stays. */
export function policyDraftOf(fields: URLSearchParams, current: Policy): PolicyDraft {
  const base = fields.get('scope') === 'application' ? null : fleetDraftOf(current)
  const text = (name: keyof PolicyDraft) => fieldOf(fields, name) ?? (fields.has(name) ? '' : (base?.[name] ?? ''))
  return {
    application: fields.get('scope') === 'application' ? text('application') : null,
    preset: text('preset'),
    exposedDays: text('exposedDays'),
    otherwiseDays: text('otherwiseDays'),
    exploitedExposedDays: text('exploitedExposedDays'),
    exploitedOtherwiseDays: text('exploitedOtherwiseDays'),
    unknownExposureCounts: text('unknownExposureCounts'),
    outdatedServiceCounts: text('outdatedServiceCounts'),
    silentAfter: text('silentAfter'),
    forgetSilentAfter: text('forgetSilentAfter'),
  }
}

/** The policy in force as the form of the fleet shows it: days that the preset says anyway are left to it. */
export function fleetDraftOf(policy: Policy): PolicyDraft {
  const { preset, staleAfter, silentAfter, forgetSilentAfter } = toPolicyTable(policy)
  const { exposedDays, otherwiseDays } = ownDays(staleAfter, PRESETS[preset])
  const exploited = ownDays(knownExploitedAfter(policy), KNOWN_EXPLOITED_PRESETS[preset])
  return {
    application: null,
    preset,
    exposedDays,
    otherwiseDays,
    exploitedExposedDays: exploited.exposedDays,
    exploitedOtherwiseDays: exploited.otherwiseDays,
    unknownExposureCounts: switchText(policy.unknownExposureCounts),
    outdatedServiceCounts: switchText(policy.outdatedServiceCounts),
    silentAfter,
    forgetSilentAfter,
  }
}

/** '' for days that are as the preset says. */
function ownDays(days: StaleAfter, preset: StaleAfter): Record<keyof StaleAfter, string> {
  const own = (key: keyof StaleAfter) => (days[key] === preset[key] ? '' : String(days[key]))
  return { exposedDays: own('exposedDays'), otherwiseDays: own('otherwiseDays') }
}

/** The form of one application, filled with what it has of its own. */
export function applicationDraftOf(policy: Policy, application: string): PolicyDraft {
  const own = Object.hasOwn(policy.applications, application) ? policy.applications[application] : undefined
  return {
    ...fleetDraftOf(policy),
    application,
    exposedDays: own?.staleAfter === undefined ? '' : String(own.staleAfter.exposedDays),
    otherwiseDays: own?.staleAfter === undefined ? '' : String(own.staleAfter.otherwiseDays),
    exploitedExposedDays: own?.knownExploitedAfter === undefined ? '' : String(own.knownExploitedAfter.exposedDays),
    exploitedOtherwiseDays: own?.knownExploitedAfter === undefined ? '' : String(own.knownExploitedAfter.otherwiseDays),
    unknownExposureCounts: switchText(own?.unknownExposureCounts),
    outdatedServiceCounts: switchText(own?.outdatedServiceCounts),
  }
}

function switchText(value: boolean | undefined): string {
  return value === undefined ? '' : value ? 'yes' : 'no'
}

export function readPolicyDraft(current: Policy, draft: PolicyDraft): ReadPolicy {
  const { application } = draft
  if (application === '') return { policy: null, problems: ['Application: write its name.'] }
  const parsed =
    application === null
      ? withFleetPolicy(current, fleetTable(draft))
      : withApplicationPolicy(current, application, ownTable(draft))
  if (parsed.policy === null) return { policy: null, problems: parsed.errors.map(problemText) }
  const subject = application === null ? 'policy' : `policy/applications/${application}`
  return { policy: parsed.policy, subject, problems: null }
}

/** What is not filled in is left out: the parser takes the preset's, or what applies by default. */
function fleetTable(draft: PolicyDraft): Record<string, unknown> {
  const { preset, silentAfter, forgetSilentAfter } = draft
  return {
    ...(preset === '' ? {} : { preset }),
    staleAfter: daysOf(draft),
    knownExploitedAfter: exploitedDaysOf(draft),
    unknownExposureCounts: draft.unknownExposureCounts === 'yes',
    outdatedServiceCounts: draft.outdatedServiceCounts === 'yes',
    ...(silentAfter === '' ? {} : { silentAfter }),
    ...(forgetSilentAfter === '' ? {} : { forgetSilentAfter }),
  }
}

/** Null: nothing of its own any more. */
function ownTable(draft: PolicyDraft): Record<string, unknown> | null {
  const [days, exploited] = [daysOf(draft), exploitedDaysOf(draft)]
  const [hasDays, hasExploited] = [Object.keys(days).length > 0, Object.keys(exploited).length > 0]
  const { unknownExposureCounts, outdatedServiceCounts } = draft
  if (!hasDays && !hasExploited && unknownExposureCounts === '' && outdatedServiceCounts === '') return null
  return {
    ...(hasDays ? { staleAfter: days } : {}),
    knownExploitedAfter: exploited,
    ...(unknownExposureCounts === '' ? {} : { unknownExposureCounts: unknownExposureCounts === 'yes' }),
    ...(outdatedServiceCounts === '' ? {} : { outdatedServiceCounts: outdatedServiceCounts === 'yes' }),
  }
}

function exploitedDaysOf({ exploitedExposedDays, exploitedOtherwiseDays }: PolicyDraft): Record<string, unknown> {
  return daysOf({ exposedDays: exploitedExposedDays, otherwiseDays: exploitedOtherwiseDays })
}

function daysOf({ exposedDays, otherwiseDays }: Pick<PolicyDraft, keyof StaleAfter>): Record<string, unknown> {
  return {
    ...(exposedDays === '' ? {} : { exposedDays: numberOrText(exposedDays) }),
    ...(otherwiseDays === '' ? {} : { otherwiseDays: numberOrText(otherwiseDays) }),
  }
}

/** What is no number goes to the parser as it is: it says what is wrong. */
function numberOrText(text: string): number | string {
  return /^\d{1,6}$/.test(text) ? Number(text) : text
}

const LABELS: Readonly<Record<string, string>> = {
  preset: 'Preset',
  exposedDays: 'Days when exposed',
  otherwiseDays: 'Days otherwise',
  unknownExposureCounts: 'Unknown exposure',
  outdatedServiceCounts: 'Old code at an open port',
  silentAfter: 'Silent after',
  forgetSilentAfter: 'Forget after',
}

function problemText({ path, key, fix }: PolicyFault): string {
  const where = path.includes('knownExploitedAfter') ? 'Known to be exploited, ' : ''
  return `${where}${LABELS[path.at(-1) ?? ''] ?? key}: it ${fix.replace('policy.silentAfter', 'silent after')}.`
}

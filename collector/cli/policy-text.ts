// A policy, and what another one would change, for people.
import type { StaleAfter } from '../../shared/judgement/policy.ts'
import type { PolicyTable } from '../../shared/judgement/policy-table.ts'
import type { PromotionReason, State } from '../../shared/judgement/verdict.ts'
import { table } from './table.ts'
import { visible } from './visible.ts'

/** Answer of GET /api/v1/policy. */
export type PolicyDocument = {
  policy: PolicyTable
  presets: (StaleAfter & { name: string; knownExploitedAfter: StaleAfter; basis: string; notCovered: string })[]
}

type Counted = { before: number; after: number }
type Told = { state: State; promoted: boolean; reasons: PromotionReason[] }
type ChangedServer = { id: string; name: string; application: string | null; before: Told; after: Told }

/** Answer of PUT and DELETE; `changes` only where nothing was written. */
export type PolicyAnswer = {
  applied: boolean
  policy: PolicyTable
  changes: {
    total: number
    changed: number
    promoted: Counted & { added: number; removed: number }
    reasons: Readonly<Record<PromotionReason, Counted>>
    forgotten: number
    servers: ChangedServer[]
  } | null
}

const LABEL_WIDTH = 26

export function policyText({ policy, presets }: PolicyDocument, width: number | null): string {
  const preset = presets.find(({ name }) => name === policy.preset)
  return [
    ...policyLines({ ...policy, ...exploitedDays(policy.knownExploitedAfter ?? preset?.knownExploitedAfter) }),
    ...(preset === undefined
      ? []
      : ['', `Preset ${preset.name}: ${visible(preset.basis)}`, `Not covered: ${visible(preset.notCovered)}`]),
    '',
    table(
      [
        { heading: 'PRESET', cell: ({ name }) => name },
        { heading: 'EXPOSED', isRight: true, cell: ({ exposedDays }) => `${exposedDays} d` },
        { heading: 'OTHERWISE', isRight: true, cell: ({ otherwiseDays }) => `${otherwiseDays} d` },
        {
          heading: 'KNOWN EXPLOITED',
          cell: ({ knownExploitedAfter: days }) => `${days.exposedDays} d / ${days.otherwiseDays} d`,
        },
        { heading: 'BASIS', widthMin: 20, cell: ({ basis }) => basis },
      ],
      presets,
      { width },
    ),
  ].join('\n')
}

export function policyLines(policy: PolicyTable): string[] {
  const { preset, staleAfter, knownExploitedAfter, unknownExposureCounts, outdatedServiceCounts, applications } = policy
  return [
    line('preset', preset),
    line('stale after', daysText(staleAfter)),
    line(
      'known exploited',
      knownExploitedAfter === undefined ? 'as the preset says' : `stale after ${daysText(knownExploitedAfter)}`,
    ),
    line('unknown exposure', unknownExposureCounts ? 'counts as exposed' : 'does not promote'),
    line('old code at an open port', outdatedServiceCounts ? 'promotes' : 'does not promote'),
    line('silent after', policy.silentAfter),
    line('forget silent after', policy.forgetSilentAfter),
    ...Object.entries(applications).map(([name, own]) => line(`app ${visible(name)}`, ownText(own))),
  ]
}

function exploitedDays(days: StaleAfter | undefined): Pick<PolicyTable, 'knownExploitedAfter'> {
  return days === undefined ? {} : { knownExploitedAfter: days }
}

function daysText({ exposedDays, otherwiseDays }: StaleAfter): string {
  return `${exposedDays} d when exposed, otherwise ${otherwiseDays} d`
}

function ownText({
  staleAfter,
  knownExploitedAfter,
  unknownExposureCounts,
  outdatedServiceCounts,
}: PolicyTable['applications'][string]): string {
  const parts = [
    ...(staleAfter === undefined ? [] : [`stale after ${daysText(staleAfter)}`]),
    ...(knownExploitedAfter === undefined ? [] : [`known exploited after ${daysText(knownExploitedAfter)}`]),
    ...(unknownExposureCounts === undefined
      ? []
      : [`unknown exposure ${unknownExposureCounts ? 'counts as exposed' : 'does not promote'}`]),
    ...(outdatedServiceCounts === undefined
      ? []
      : [`old code at an open port ${outdatedServiceCounts ? 'promotes' : 'does not promote'}`]),
  ]
  return parts.join('; ') || 'as the fleet'
}

export function changesText({
  total,
  changed,
  promoted,
  reasons,
  forgotten,
  servers,
}: NonNullable<PolicyAnswer['changes']>): string {
  if (changed === 0 && forgotten === 0) return 'No server would be judged differently.'
  const lines = [
    `${number(changed)} of ${number(total)} servers would be judged differently: ${number(promoted.added)} promoted, ${number(promoted.removed)} no longer.`,
    line('promoted', arrow(promoted)),
    ...Object.entries(reasons).map(([reason, counts]) => line(`  ${reason}`, arrow(counts))),
    ...(forgotten === 0 ? [] : [`${number(forgotten)} silent servers would be forgotten.`]),
    ...servers.map(({ name, before, after }) => `  ${visible(name)}: ${told(before)} -> ${told(after)}`),
  ]
  return lines.join('\n')
}

function told({ state, reasons }: Told): string {
  return reasons.length === 0 ? state : `${state} (${reasons.join(', ')})`
}

function arrow({ before, after }: Counted): string {
  return before === after ? number(before) : `${number(before)} -> ${number(after)}`
}

function line(label: string, text: string): string {
  return `${label.padEnd(LABEL_WIDTH)}${text}`
}

function number(value: number): string {
  return value.toLocaleString('en')
}

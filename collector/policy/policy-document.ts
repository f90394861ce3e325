// The policy as the API answers it: what is in force, and what each preset is and does not cover.
import {
  KNOWN_EXPLOITED_PRESETS,
  PRESETS,
  type Policy,
  type PresetName,
  type StaleAfter,
} from '../../shared/judgement/policy.ts'
import { toPolicyTable, type PolicyTable } from '../../shared/judgement/policy-table.ts'
import { PRESET_TEXTS } from './preset-texts.ts'

export type PresetItem = StaleAfter & {
  name: PresetName
  /** Where the restart fixes what is known to be exploited. */
  knownExploitedAfter: StaleAfter
  basis: string
  notCovered: string
}
export type PolicyDocument = { policy: PolicyTable; presets: PresetItem[] }

export function toPolicyDocument(policy: Policy): PolicyDocument {
  const names = Object.keys(PRESETS) as PresetName[]
  return {
    policy: toPolicyTable(policy),
    presets: names.map((name) => ({
      name,
      ...PRESETS[name],
      knownExploitedAfter: KNOWN_EXPLOITED_PRESETS[name],
      ...PRESET_TEXTS[name],
    })),
  }
}

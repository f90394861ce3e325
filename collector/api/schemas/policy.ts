// The policy in force, its presets, and what another policy would change.
import Type from 'typebox'
import { PRESETS, type PresetName } from '../../../shared/judgement/policy.ts'
import { closed, count, oneOf, orNull, promotionReason, state } from './words.ts'

const preset = oneOf(Object.keys(PRESETS) as PresetName[])
const days = {
  exposedDays: Type.Integer({ examples: [14] }),
  otherwiseDays: Type.Integer({ examples: [30] }),
}
const applicationPolicy = closed({
  staleAfter: Type.Optional(closed(days)),
  knownExploitedAfter: Type.Optional(closed(days)),
  unknownExposureCounts: Type.Optional(Type.Boolean()),
  outdatedServiceCounts: Type.Optional(Type.Boolean()),
})

/** What parsePolicy reads; it finds more than a schema could say, so it alone checks what is sent. */
export const policyBody = Type.Record(Type.String(), Type.Unknown(), {
  description:
    'As the [policy] table of collector.toml. What is left out has its default; without applications, those in force stay.',
  examples: [{ preset: 'default', staleAfter: { exposedDays: 7 }, silentAfter: '15m' }],
})
export const applicationPolicyBody = Type.Record(Type.String(), Type.Unknown(), {
  description:
    'preset or staleAfter, unknownExposureCounts, outdatedServiceCounts; what is left out is as for the whole fleet.',
  examples: [{ preset: 'cyber-essentials', unknownExposureCounts: true }],
})

const policy = closed({
  preset,
  staleAfter: closed(days),
  knownExploitedAfter: Type.Optional(closed(days)),
  unknownExposureCounts: Type.Boolean(),
  outdatedServiceCounts: Type.Boolean(),
  silentAfter: Type.String({ examples: ['15m'] }),
  forgetSilentAfter: Type.String({ examples: ['14d'] }),
  applications: Type.Record(Type.String(), applicationPolicy, {
    examples: [{ shop: { unknownExposureCounts: true } }],
  }),
})

export const policyDocument = closed({
  policy,
  presets: Type.Array(
    closed({
      name: preset,
      ...days,
      knownExploitedAfter: closed(days),
      basis: Type.String(),
      notCovered: Type.String(),
    }),
  ),
})

const told = closed({ state, promoted: Type.Boolean(), reasons: Type.Array(promotionReason) })
const counted = { before: count, after: count }
const changes = closed({
  total: count,
  changed: count,
  promoted: closed({ ...counted, added: count, removed: count }),
  reasons: closed({ exposed: closed(counted), stale: closed(counted), silent: closed(counted) }),
  forgotten: count,
  servers: Type.Array(
    closed({
      id: Type.String(),
      name: Type.String(),
      application: orNull(Type.String()),
      before: told,
      after: told,
    }),
  ),
})

/** `changes` only where nothing was written. */
export const policyAnswer = closed({ applied: Type.Boolean(), policy, changes: orNull(changes) })

export const PREVIEW_PARAMETER = {
  preview: Type.Optional(oneOf(['1'])),
}

// The form for a join key: its text becomes limits, or a sentence about what is wrong with it.
import { NAME_LENGTH_MAX } from '../../../shared/protocol/limits.ts'
import { parseDuration } from '../../../shared/judgement/parse-policy.ts'
import {
  JOIN_KEY_TTL_MS_MAX,
  JOIN_KEY_USES_DEFAULT,
  JOIN_KEY_USES_MAX,
  type JoinKeyWish,
} from '../../access/join-keys.ts'
import { isCidr } from '../../commands/cidr.ts'
import { fieldOf } from '../forms.ts'

const CIDRS_MAX = 100

/** What stands in the form, right or wrong. */
export type JoinKeyDraft = {
  uses: string
  ttl: string
  application: string
  cidrs: string
  approve: string
  isEphemeral: boolean
}

export const NEW_JOIN_KEY: JoinKeyDraft = {
  uses: String(JOIN_KEY_USES_DEFAULT),
  ttl: '24h',
  application: '',
  cidrs: '',
  approve: 'auto',
  isEphemeral: false,
}

export function draftOf(form: URLSearchParams): JoinKeyDraft {
  const text = (name: string) => fieldOf(form, name) ?? ''
  return {
    uses: text('uses'),
    ttl: text('ttl'),
    application: text('application'),
    cidrs: text('cidrs'),
    approve: text('approve'),
    isEphemeral: form.get('ephemeral') === 'yes',
  }
}

export function readJoinKeyWish(draft: JoinKeyDraft): JoinKeyWish | { problem: string } {
  const { uses, ttl, application, approve, isEphemeral: ephemeral } = draft
  const usesMax = /^\d{1,6}$/.test(uses) ? Number(uses) : 0
  if (usesMax < 1 || usesMax > JOIN_KEY_USES_MAX)
    return { problem: `Servers: "${uses}" is no number from 1 to ${JOIN_KEY_USES_MAX}.` }
  const ttlMs = parseDuration(ttl)
  if (ttlMs === null || ttlMs <= 0 || ttlMs > JOIN_KEY_TTL_MS_MAX)
    return {
      problem: `Valid for: "${ttl}" is no duration such as 24h or 7d, at most ${JOIN_KEY_TTL_MS_MAX / 86_400_000}d.`,
    }
  if (application.length > NAME_LENGTH_MAX)
    return { problem: `Application: a name has at most ${NAME_LENGTH_MAX} characters.` }
  const cidrs = draft.cidrs.split(/[\s,]+/).filter((cidr) => cidr !== '')
  const wrong = cidrs.find((cidr) => !isCidr(cidr))
  if (wrong !== undefined) return { problem: `Only from: "${wrong}" is no block such as 10.0.0.0/8 or 2001:db8::/32.` }
  if (cidrs.length > CIDRS_MAX) return { problem: `Only from: at most ${CIDRS_MAX} blocks.` }
  if (approve !== 'auto' && approve !== 'pending') return { problem: 'Choose whether servers are let in at once.' }
  return { usesMax, ttlMs, application: application === '' ? null : application, cidrs, approve, ephemeral }
}

// When a server that nobody hears any more is forgotten. Pure.
import type { Policy } from '../../shared/judgement/policy.ts'
import type { ServerRecord } from '../store/records.ts'

/** A build machine that lives for minutes is no news an hour after it fell silent. */
const EPHEMERAL_SILENT_MS = 3_600_000

/**
 * Epoch ms; null: never. `contactAt`: last contact, null if it was never heard. Two live copies of one credential are
 * kept until a person has looked: neither is heard, and both may be alive.
 */
export function forgottenAt(
  record: Pick<ServerRecord, 'lifecycle' | 'ephemeral' | 'createdAt' | 'approvedAt'>,
  contactAt: number | null,
  policy: Policy,
): number | null {
  if (record.lifecycle === 'removed' || record.lifecycle === 'conflict') return null
  const afterMs = record.ephemeral
    ? Math.min(EPHEMERAL_SILENT_MS, policy.forgetSilentAfterMs)
    : policy.forgetSilentAfterMs
  // Who was not heard while copies fought is given the time to report: 410 would stop the agent for good.
  return Math.max(contactAt ?? record.createdAt, record.approvedAt ?? 0) + afterMs
}

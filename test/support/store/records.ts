// Records for tests of the store and of what follows it.
import { conclude } from '../../../shared/judgement/judge.ts'
import { DEFAULT_POLICY } from '../../../shared/judgement/policy.ts'
import type { Verdict } from '../../../shared/judgement/verdict.ts'
import { hashSecret } from '../../../shared/secret.ts'
import type { JoinKeyRecord, ServerRecord, TokenRecord } from '../../../collector/store/records.ts'

export const NOW = 1_795_000_000_000
export const SECRET = 'k'.repeat(43)
export const AUDIT = { at: NOW, actor: 'test', action: 'test', subject: 'test', detail: {} } as const

const { verdict: NEVER_HEARD } = conclude(
  { application: null, sections: {}, since: null, contact: { lastAt: null, heartbeatMs: 60_000, goodbyeAt: null } },
  DEFAULT_POLICY,
  NOW,
)

export function serverRecord(
  id: string,
  change: Partial<ServerRecord> = {},
  verdict: Partial<Verdict> = {},
): ServerRecord {
  return {
    id,
    credentialHash: hashSecret(id),
    joinKeyId: null,
    lifecycle: 'active',
    enrolledName: `name-${id}`,
    joinKeyApplication: null,
    ephemeral: false,
    machineId: null,
    createdAt: NOW,
    acceptance: {
      instance: null,
      seq: 0,
      root: null,
      complete: false,
      digests: {},
      formerInstances: [],
      returnsAt: [],
    },
    boot: null,
    sections: {},
    heartbeatMs: 60_000,
    lastContactAt: null,
    lastReportAt: null,
    verdict: { ...NEVER_HEARD, ...verdict },
    revision: 0,
    ...change,
  }
}

export function joinKeyRecord(change: Partial<JoinKeyRecord> = {}): JoinKeyRecord {
  return {
    id: 'key1',
    secretHash: hashSecret(SECRET),
    createdAt: NOW,
    expiresAt: NOW + 86_400_000,
    usesMax: 20,
    uses: 0,
    application: null,
    cidrs: [],
    approve: 'auto',
    ephemeral: false,
    revokedAt: null,
    ...change,
  }
}

export function tokenRecord(change: Partial<TokenRecord> = {}): TokenRecord {
  return {
    id: 'token1',
    secretHash: hashSecret(SECRET),
    name: 'ci',
    role: 'reader',
    createdAt: NOW,
    expiresAt: null,
    revokedAt: null,
    ...change,
  }
}

// A join key becomes a server. The agent made its own credential and sends the hash alone, so asking again after a lost
// answer gives the same server. Name and machine id are labels: a new server never touches another one.
import { randomBytes } from 'node:crypto'
import { BlockList, isIP, isIPv6 } from 'node:net'
import type { Enrollment } from '../../shared/protocol/enrollment.ts'
import { HEARTBEAT_MS } from '../../shared/protocol/limits.ts'
import { type ParsedSecret, secretMatches } from '../../shared/secret.ts'
import type { Policy } from '../../shared/judgement/policy.ts'
import { conclude } from '../../shared/judgement/judge.ts'
import type { JoinKeyRecord, ServerRecord } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'
import { NEVER_ACCEPTED } from './accept.ts'
import type { IngestContext } from './ingest-report.ts'
import { judgeRecord } from './judge-record.ts'

export type EnrollmentOutcome =
  | { kind: 'enrolled'; serverId: string; lifecycle: 'active' | 'pending-approval' }
  /** `why` is for the log; whoever asked is told the same for all of them. */
  | {
      kind: 'rejected'
      why: 'unknown-key' | 'wrong-secret' | 'address-not-allowed' | 'key-not-usable' | 'server-not-active'
    }

/** `peer`: address the request came from, null where unknown. `now`: epoch ms. Rejects only when the store does. */
export function enrollServer(
  ctx: IngestContext,
  joinKey: ParsedSecret,
  enrollment: Enrollment,
  peer: string | null,
  now: number,
): Promise<EnrollmentOutcome> {
  const newId = createServerId()
  const policy = ctx.policy()
  return ctx.store.transact((tx) => {
    const key = tx.joinKey(joinKey.id)
    if (key === null || joinKey.kind !== 'ovdj') return rejected('unknown-key')
    if (!secretMatches(joinKey.secret, key.secretHash)) return rejected('wrong-secret')
    const known = tx.serverByCredentialHash(enrollment.credentialHash)
    if (known !== null) return enrolledBefore(known)
    if (!isAllowedFrom(key.cidrs, peer)) return rejected('address-not-allowed')
    if (!tx.takeJoinKeyUse(key.id, now)) return rejected('key-not-usable')
    return register(tx, newServer(newId, key, enrollment, policy, now), policy, now)
  })
}

/** "s" and 130 random bits in lower-case base32 (RFC 4648 section 6). */
export function createServerId(): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
  return `s${Array.from(randomBytes(26), (byte) => alphabet[byte & 31]).join('')}`
}

/** Also when the key is spent, expired or revoked meanwhile: the answer that got lost said nothing else. */
function enrolledBefore(server: ServerRecord): EnrollmentOutcome {
  const { id, lifecycle } = server
  if (lifecycle === 'active' || lifecycle === 'pending-approval') return { kind: 'enrolled', serverId: id, lifecycle }
  return rejected('server-not-active')
}

function register(tx: Transaction, server: ServerRecord, policy: Policy, now: number): EnrollmentOutcome {
  const { record, events } = judgeRecord(server, null, policy, now, null)
  tx.putServer(record, events, now)
  tx.appendAudit({
    at: now,
    actor: `join-key:${record.joinKeyId}`,
    action: 'server.enroll',
    subject: record.id,
    detail: { name: record.enrolledName, lifecycle: record.lifecycle },
  })
  return enrolledBefore(record)
}

function newServer(id: string, key: JoinKeyRecord, enrollment: Enrollment, policy: Policy, now: number): ServerRecord {
  const contact = { lastAt: null, heartbeatMs: HEARTBEAT_MS, goodbyeAt: null }
  const subject = { application: key.application, sections: {}, since: null, contact }
  return {
    id,
    credentialHash: enrollment.credentialHash,
    joinKeyId: key.id,
    lifecycle: key.approve === 'pending' ? 'pending-approval' : 'active',
    enrolledName: enrollment.name,
    joinKeyApplication: key.application,
    ephemeral: key.ephemeral,
    machineId: enrollment.machineId ?? null,
    createdAt: now,
    acceptance: NEVER_ACCEPTED,
    boot: null,
    sections: {},
    heartbeatMs: HEARTBEAT_MS,
    lastContactAt: null,
    lastReportAt: null,
    verdict: conclude(subject, policy, now).verdict,
    revision: 0,
  }
}

function isAllowedFrom(cidrs: readonly string[], peer: string | null): boolean {
  if (cidrs.length === 0) return true
  if (peer === null || isIP(peer) === 0) return false
  const allowed = new BlockList()
  for (const cidr of cidrs) addCidr(allowed, cidr)
  return allowed.check(peer, familyOf(peer))
}

/** "10.0.0.0/8", "2001:db8::/32", or one address. What is neither was refused when the key was made, and allows nobody. */
function addCidr(allowed: BlockList, cidr: string): void {
  const [address = '', prefix] = cidr.split('/')
  if (isIP(address) === 0) return
  const family = familyOf(address)
  const bitsMax = family === 'ipv6' ? 128 : 32
  // An empty prefix would otherwise count as 0 and let everybody in.
  const bits = prefix === undefined ? bitsMax : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Infinity
  if (bits <= bitsMax) allowed.addSubnet(address, bits, family)
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4'
}

function rejected(why: Extract<EnrollmentOutcome, { kind: 'rejected' }>['why']): EnrollmentOutcome {
  return { kind: 'rejected', why }
}

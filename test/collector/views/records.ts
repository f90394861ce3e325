// Records as the store would keep them, judged by the real judge.
import type { ServerRecord } from '../../../collector/store/records.ts'
import { judge } from '../../../shared/judgement/judge.ts'
import { DEFAULT_POLICY } from '../../../shared/judgement/policy.ts'
import type { ObservedSections, Subject } from '../../../shared/judgement/subject.ts'
import { BOOT_A, NOW, subject } from '../../shared/judgement/subjects.ts'

export function serverId(index: number): string {
  return `s${String(index).padStart(26, '0')}`
}

export function recordOf(
  index: number,
  sections: ObservedSections = {},
  { now = NOW, ...change }: Partial<Subject> & { now?: number } = {},
): ServerRecord {
  const facts = subject(sections, change)
  return {
    id: serverId(index),
    credentialHash: `hash-${index}`,
    joinKeyId: null,
    lifecycle: 'active',
    enrolledName: `server-${index}`,
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
    boot: { ...BOOT_A, bootedAt: NOW, moments: {}, since: facts.since },
    sections: facts.sections,
    heartbeatMs: facts.contact.heartbeatMs,
    lastContactAt: facts.contact.lastAt,
    lastReportAt: facts.contact.lastAt,
    verdict: judge(facts, DEFAULT_POLICY, now),
    revision: 7,
  }
}

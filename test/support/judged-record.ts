// Records as the store would keep them, judged by the real judge.
import type { ServerRecord } from '../../collector/store/records.ts'
import { conclude } from '../../shared/judgement/judge.ts'
import { DEFAULT_POLICY } from '../../shared/judgement/policy.ts'
import type { ObservedSections, Subject } from '../../shared/judgement/subject.ts'
import { BOOT_A, NOW, subject } from '../shared/judgement/subjects.ts'
import { serverRecord } from './store/records.ts'

export function serverId(index: number): string {
  return `s${String(index).padStart(26, '0')}`
}

export function recordOf(
  index: number,
  sections: ObservedSections = {},
  { now = NOW, ...change }: Partial<Subject> & { now?: number } = {},
): ServerRecord {
  const facts = subject(sections, change)
  return serverRecord(serverId(index), {
    enrolledName: `server-${index}`,
    createdAt: NOW,
    boot: { ...BOOT_A, bootedAt: NOW, moments: {}, since: facts.since },
    sections: facts.sections,
    heartbeatMs: facts.contact.heartbeatMs,
    lastContactAt: facts.contact.lastAt,
    lastReportAt: facts.contact.lastAt,
    verdict: conclude(facts, DEFAULT_POLICY, now).verdict,
    revision: 7,
  })
}

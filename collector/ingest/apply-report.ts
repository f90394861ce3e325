// What a report does to the record of its server. Pure: the same record, report, policy and moment give the same result.
import type { Policy } from '../../shared/judgement/policy.ts'
import type { ObservedSections } from '../../shared/judgement/subject.ts'
import type { HistoryEvent } from '../../shared/judgement/transition.ts'
import { HEARTBEAT_MS } from '../../shared/protocol/limits.ts'
import type { Report } from '../../shared/protocol/report.ts'
import type { ListenersSection } from '../../shared/sections/listeners.ts'
import type { UpdatesSection } from '../../shared/sections/updates.ts'
import { SECTION_NAMES, type SectionName } from '../../shared/sections/names.ts'
import { listenersOf, type Acceptance, type ServerRecord, type StoredValues } from '../store/records.ts'
import { accept, afterAccepting, type Head } from './accept.ts'
import { bootOf, convertMoments } from './convert-moments.ts'
import { withPorts } from './exposure-events.ts'
import { withGoodbye } from './goodbye.ts'
import { judgeRecord } from './judge-record.ts'
import { declaredRows, withFoundPorts } from './operators-say.ts'
import { type FieldError, isWholeReport, type Merged, mergeSections } from './merge-sections.ts'
import { type ExploitedIds, matchedFixes, NONE_KNOWN, withMatches } from './match-exploited.ts'
import { deployEvents, reasonAfter } from './told-reason.ts'

export type ReportOutcome =
  | { kind: 'accepted'; seq: number; want: readonly SectionName[]; nextInMs: number }
  | { kind: 'sequence-behind'; lastSeq: number }
  | { kind: 'instance-rebase' }
  | { kind: 'instance-conflict' }
  | { kind: 'invalid'; errors: FieldError[] }
  | { kind: 'revoked' }

export type Applied = {
  outcome: ReportOutcome
  /** What to write; null: nothing changed. */
  write: { record: ServerRecord; events: HistoryEvent[]; values: Partial<StoredValues> } | null
  /** Is this now the newest that was heard of the server's current process? */
  isNewest: boolean
}

/** `head`: the newest heard of the server if that is ahead of `record`. `now`: when the report was received, epoch ms. */
export function applyReport(
  record: ServerRecord,
  head: Head | null,
  report: Report,
  policy: Policy,
  now: number,
  exploited: ExploitedIds = NONE_KNOWN,
): Applied {
  if (record.lifecycle === 'removed') return refuse({ kind: 'revoked' })
  if (record.lifecycle === 'conflict') return refuse({ kind: 'instance-conflict' })

  const decision = accept(record.acceptance, head, report, now)
  switch (decision.kind) {
    case 'behind':
      return refuse({ kind: 'sequence-behind', lastSeq: decision.lastSeq })
    case 'rebase':
      return refuse(
        { kind: 'instance-rebase' },
        decision.acceptance && { record: { ...record, acceptance: decision.acceptance }, events: [], values: {} },
      )
    case 'conflict':
      return refuse({ kind: 'instance-conflict' }, conflicting(record, decision.acceptance))
    case 'duplicate':
      return accepted(record, report, missingIn(record.acceptance, report))
    case 'new-instance':
      // Digests of another process prove nothing about what this one sees: it starts with everything.
      if (!isWholeReport(report.sections ?? {}, report.root))
        return { ...accepted(record, report, SECTION_NAMES), isNewest: false }
      return applySections(record, head, report, policy, now, exploited)
    case 'apply':
      return applySections(record, head, report, policy, now, exploited)
    default:
      return decision satisfies never
  }
}

function applySections(
  record: ServerRecord,
  head: Head | null,
  report: Report,
  policy: Policy,
  now: number,
  exploited: ExploitedIds,
): Applied {
  const { acceptance } = record
  const merged =
    report.sections === undefined
      ? heartbeat(record, report.root)
      : mergeSections({ sections: record.sections, digests: acceptance.digests }, report.sections, report.root, now)
  if (merged.kind === 'invalid') return refuse(merged)

  const told = withExploited(record, withReport(record, head, report, merged, now), merged.values.updates, exploited)
  const next = withFoundPorts(told, merged.values.listeners)
  const judged = judgeRecord(next, now, policy, now, record)
  const isNews = merged.changed || judged.changed || next.acceptance.instance !== acceptance.instance
  const hasProgress = report.sections !== undefined && merged.complete !== acceptance.complete
  const outcome = accepted(judged.record, report, merged.want)
  const changes = withPorts(judged.events, listenersOf(record), rowsOf(judged.record, merged))
  const events = [...changes, ...deployEvents(record, report)]
  return isNews || hasProgress || next.boot !== record.boot || events.length > 0
    ? { ...outcome, write: { record: judged.record, events, values: merged.values } }
    : outcome
}

function rowsOf(record: ServerRecord, { values: { listeners } }: Merged): ListenersSection | undefined {
  return listeners === undefined ? undefined : declaredRows(record, listeners)
}

/** What was matched in this boot stays where the scan did not answer: a look that failed closes no hole. */
function withExploited(
  before: ServerRecord,
  record: ServerRecord,
  updates: UpdatesSection | undefined,
  exploited: ExploitedIds,
): ServerRecord {
  const isNewBoot = before.boot?.runMarker !== record.boot?.runMarker
  const fixes = updates?.fixes ?? null
  if (fixes === null && !isNewBoot) return record
  return withMatches(record, fixes === null ? [] : matchedFixes(fixes, exploited))
}

/** A root we know says that nothing changed. One we do not know: something did, and only everything can tell what. */
function heartbeat({ sections, acceptance }: ServerRecord, root: string): Merged {
  const known = acceptance.complete && acceptance.root === root
  return {
    kind: 'merged',
    sections,
    values: {},
    digests: { ...acceptance.digests },
    complete: known,
    want: known ? [] : [...SECTION_NAMES],
    changed: false,
  }
}

function withReport(
  record: ServerRecord,
  head: Head | null,
  report: Report,
  merged: Merged,
  now: number,
): ServerRecord {
  const told = report.sections?.boot?.value ?? report.boot ?? null
  const boot = bootOf(record.boot, told, report.uptimeMs, now)
  const isNewBoot = record.boot !== null && boot?.runMarker !== record.boot.runMarker
  const sections = isNewBoot ? withoutOlderBoot(merged.sections) : merged.sections
  const host = sections.host?.value ?? null
  return {
    ...record,
    ...reasonAfter(record, report),
    acceptance: acceptanceAfter(record.acceptance, head, report, merged),
    boot: withGoodbye(boot === null ? null : convertMoments(boot, sections, report.uptimeMs, now), report.goodbye, now),
    sections,
    heartbeatMs: host?.heartbeatMs ?? HEARTBEAT_MS,
    machineId: host?.machineId ?? record.machineId,
    lastContactAt: now,
    lastReportAt: merged.changed ? now : record.lastReportAt,
  }
}

/** A heartbeat brings nothing to accept: what it announces comes with the report that we ask for. */
function acceptanceAfter(acceptance: Acceptance, head: Head | null, report: Report, merged: Merged): Acceptance {
  if (report.sections === undefined) return acceptance
  return { ...afterAccepting(acceptance, head, report), digests: merged.digests, complete: merged.complete }
}

/** What a section said in another boot says nothing about this one once it cannot be read any more. */
function withoutOlderBoot(sections: ObservedSections): ObservedSections {
  const kept = { ...sections }
  if (kept.sentinel?.outcome === 'failed') kept.sentinel = { ...kept.sentinel, value: null }
  if (kept.kernel?.outcome === 'failed') kept.kernel = { ...kept.kernel, value: null }
  if (kept.exposure?.outcome === 'failed') kept.exposure = { ...kept.exposure, value: null }
  if (kept.processes?.outcome === 'failed') kept.processes = { ...kept.processes, value: null }
  if (kept.updates?.outcome === 'failed') kept.updates = { ...kept.updates, value: null }
  return kept
}

/** The last trusted status stays as it is: neither copy is believed until a person has looked. */
function conflicting(record: ServerRecord, acceptance: Acceptance): Applied['write'] {
  const events: HistoryEvent[] = [{ type: 'conflict', cause: null, data: { instances: acceptance.returnsAt.length } }]
  return { record: { ...record, acceptance, lifecycle: 'conflict' }, events, values: {} }
}

function missingIn(acceptance: Acceptance, report: Report): readonly SectionName[] {
  if (acceptance.complete) return []
  const given = report.sections ?? {}
  const missing = SECTION_NAMES.filter(
    (name) => given[name] !== undefined && given[name].digest !== acceptance.digests[name],
  )
  return missing.length > 0 ? missing : SECTION_NAMES
}

function accepted(record: ServerRecord, report: Report, want: readonly SectionName[]): Applied {
  const outcome: ReportOutcome = { kind: 'accepted', seq: report.seq, want, nextInMs: record.heartbeatMs }
  return { outcome, write: null, isNewest: true }
}

function refuse(outcome: ReportOutcome, write: Applied['write'] = null): Applied {
  return { outcome, write, isNewest: false }
}

// A snapshot becomes what goes over the wire. Pure. A heartbeat is five fields; a report says every section's digest and
// carries the value of those the collector does not hold yet.
import { rootDigest } from '../../shared/digest.ts'
import { PROTOCOL } from '../../shared/protocol/limits.ts'
import type { Report, ReportSections } from '../../shared/protocol/report.ts'
import type { BootSection } from '../../shared/sections/boot.ts'
import { SECTION_NAMES, type SectionName } from '../../shared/sections/names.ts'
import type { Digests } from './delivery.ts'
import type { SectionReading, Snapshot } from '../take-snapshot.ts'

export type Envelope = {
  instance: string
  seq: number
  /** Uptime now, ms: ages are told relative to it, because the collector does not trust the host's clock. */
  uptimeMs: number
  /** Wall clock of the host, epoch ms; for people. */
  sentAtMs: number
  /** Why the report was asked for; null: nobody asked. */
  reason: string | null
  /** As in ReportRequest. */
  reasonId?: string | null
  /** Id of the collector's ask that this report answers; null: none. */
  answers: string | null
  /** Sections sent with their value; null: a heartbeat. */
  whole: readonly SectionName[] | null
}

export function composeReport(snapshot: Snapshot, envelope: Envelope): Report {
  const { instance, seq, whole } = envelope
  const uptimeMs = Math.max(0, Math.floor(envelope.uptimeMs))
  const heartbeat = { proto: PROTOCOL, instance, seq, uptimeMs, root: rootDigest(digestsOf(snapshot)) }
  if (whole === null) return heartbeat
  const boot = snapshot.sections.boot?.section
  return {
    ...heartbeat,
    sentAt: new Date(envelope.sentAtMs).toISOString(),
    ...(boot?.outcome === 'observed' ? { boot: boot.value as BootSection } : {}),
    ...(envelope.reason === null ? {} : { reason: envelope.reason }),
    ...(typeof envelope.reasonId === 'string' ? { reasonId: envelope.reasonId } : {}),
    ...(envelope.answers === null ? {} : { answers: envelope.answers }),
    sections: sectionsOf(snapshot, uptimeMs, whole),
  }
}

export function digestsOf(snapshot: Snapshot): Digests {
  const digests: Partial<Record<SectionName, string>> = {}
  for (const [name, reading] of readingsOf(snapshot)) digests[name] = reading.digest
  return digests
}

function sectionsOf(snapshot: Snapshot, uptimeMs: number, whole: readonly SectionName[]): ReportSections {
  const sections: Record<string, unknown> = {}
  for (const [name, { section, digest, readAtUptimeMs }] of readingsOf(snapshot)) {
    const { outcome, reason } = section
    const said = { digest, outcome, reason, readAgoMs: Math.max(0, uptimeMs - Math.floor(readAtUptimeMs)) }
    sections[name] = whole.includes(name) ? { ...said, value: section.value } : said
  }
  return sections
}

function readingsOf(snapshot: Snapshot): [SectionName, SectionReading][] {
  return SECTION_NAMES.flatMap((name) => {
    const reading = snapshot.sections[name]
    return reading === undefined ? [] : [[name, reading] as [SectionName, SectionReading]]
  })
}

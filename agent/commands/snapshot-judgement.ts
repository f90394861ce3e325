// The verdict of the default policy on a snapshot nobody has reported: what the host can say about itself, alone.
import { headline } from '../../shared/judgement/headline.ts'
import { judge } from '../../shared/judgement/judge.ts'
import { openServicesIn } from '../../shared/judgement/open-services.ts'
import { DEFAULT_POLICY } from '../../shared/judgement/policy.ts'
import type { Observation, ObservedSections, Since } from '../../shared/judgement/subject.ts'
import type { Signal, Verdict } from '../../shared/judgement/verdict.ts'
import { HEARTBEAT_MS } from '../../shared/protocol/limits.ts'
import type { ComponentsSection } from '../../shared/sections/components.ts'
import type { ListenersSection } from '../../shared/sections/listeners.ts'
import type { SectionName } from '../../shared/sections/names.ts'
import type { PackagesSection } from '../../shared/sections/packages.ts'
import type { ProcessesSection } from '../../shared/sections/processes.ts'
import { observed } from '../../shared/sections/section.ts'
import {
  summarizeComponents,
  summarizeListeners,
  summarizePackages,
  summarizeProcesses,
  summarizeUpdates,
} from '../../shared/sections/summaries.ts'
import type { Moment } from '../../shared/sections/text.ts'
import type { UpdatesSection } from '../../shared/sections/updates.ts'
import type { SectionReading, Snapshot } from '../take-snapshot.ts'

/** The fields of the server document that a verdict decides, as the API writes them. Times are RFC 3339. */
export type Judgement = Pick<Verdict, 'state' | 'exposure' | 'promoted' | 'reasons' | 'sinceQuality' | 'packages'> & {
  /** Both are about contact with a collector; there was none. */
  lastKnown: null
  reporting: null
  headline: string
  since: string | null
  staleAt: string | null
  signals: (Omit<Signal, 'readAt' | 'packages'> & { readAt: string | null })[]
}

/** What the host's clocks say together; turns a moment of this boot into wall time. */
export type Clocks = { now: number; uptimeMs: number }

export function judgeSnapshot(snapshot: Snapshot, clocks: Clocks): Judgement {
  const { now } = clocks
  const sections = toObservations(snapshot, clocks)
  // A host that looks at itself is in contact with itself.
  const contact = { lastAt: now, heartbeatMs: HEARTBEAT_MS, goodbyeAt: null }
  const application = sections.host?.value?.application ?? null
  const verdict = judge({ application, sections, since: sinceOf(sections, clocks), contact }, DEFAULT_POLICY, now)
  return {
    state: verdict.state,
    lastKnown: null,
    reporting: null,
    exposure: verdict.exposure,
    promoted: verdict.promoted,
    reasons: verdict.reasons,
    headline: headline(
      verdict,
      now,
      sections.listeners?.value?.openPorts,
      openServicesIn(sections, verdict.exposure, now),
    ),
    since: toTime(verdict.since),
    sinceQuality: verdict.sinceQuality,
    staleAt: toTime(verdict.staleAt),
    packages: verdict.packages,
    signals: verdict.signals.map(toSignal),
  }
}

function toSignal({ name, value, source, readAt, role, says, why }: Signal): Judgement['signals'][number] {
  return { name, value, source, readAt: toTime(readAt), role, says, why }
}

/** Wall time of a moment of this boot, RFC 3339. */
export function timeOf(uptimeMs: number, clocks: Clocks): string {
  return new Date(wallTime(uptimeMs, clocks)).toISOString()
}

function wallTime(uptimeMs: number, clocks: Clocks): number {
  return clocks.now - (clocks.uptimeMs - uptimeMs)
}

function toTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

function toObservations({ sections }: Snapshot, clocks: Clocks): ObservedSections {
  const looks = Object.entries({ ...sections, ...summarized(sections) }) as [SectionName, SectionReading][]
  return Object.fromEntries(looks.map(([name, look]) => [name, toObservation(look, clocks)]))
}

/** Judgement knows these sections by what it needs of them. */
function summarized({
  listeners,
  packages,
  processes,
  updates,
  components,
}: Snapshot['sections']): Snapshot['sections'] {
  return {
    ...(listeners?.section.outcome === 'observed' && {
      listeners: withValue(listeners, summarizeListeners(listeners.section.value as ListenersSection)),
    }),
    ...(packages?.section.outcome === 'observed' && {
      packages: withValue(packages, summarizePackages(packages.section.value as PackagesSection)),
    }),
    ...(processes?.section.outcome === 'observed' && {
      processes: withValue(processes, summarizeProcesses(processes.section.value as ProcessesSection)),
    }),
    ...(components?.section.outcome === 'observed' && {
      components: withValue(components, summarizeComponents(components.section.value as ComponentsSection)),
    }),
    ...(updates?.section.outcome === 'observed' && {
      updates: withValue(updates, summarizeUpdates(updates.section.value as UpdatesSection)),
    }),
  }
}

function withValue(reading: SectionReading, value: unknown): SectionReading {
  return { ...reading, section: observed(value) }
}

function toObservation({ section, readAtUptimeMs }: SectionReading, clocks: Clocks): Observation<unknown> {
  const readAt = wallTime(readAtUptimeMs, clocks)
  return { ...section, readAt, failedSince: section.outcome === 'failed' ? readAt : null }
}

/** The earliest first request any section knows of. */
function sinceOf({ sentinel, kernel }: ObservedSections, clocks: Clocks): Since | null {
  const moments = [sentinel?.value?.since ?? null, kernel?.value?.newestInstalled ?? null]
  const earliest = moments.reduce<Moment | null>((best, moment) => {
    if (best === null || moment === null) return best ?? moment
    return moment.uptimeMs < best.uptimeMs ? moment : best
  }, null)
  return earliest === null ? null : { at: wallTime(earliest.uptimeMs, clocks), quality: earliest.quality }
}

// Asks the probes, all or some, and makes one snapshot of their answers. No probe can hold up or break another: a throw
// or a look that takes too long becomes `failed` with its reason.
import { sectionDigest } from '../shared/digest.ts'
import { SECTION_NAMES, type SectionName } from '../shared/sections/names.ts'
import { failed, type Section } from '../shared/sections/section.ts'
import { reasonOf } from './host/host-errors.ts'
import { PROBES } from './probes/index.ts'
import type { Answer, Probe, ProbeContext } from './probes/probe.ts'

/** A look at a dead network file system may hang for ever. */
const PROBE_MS_MAX = 10_000

export type SectionReading = { section: Section<unknown>; digest: string; readAtUptimeMs: number }

/** `sections` holds what was read, in report order. Times are ms of uptime. */
export type Snapshot = { takenAtUptimeMs: number; sections: Partial<Record<SectionName, SectionReading>> }

/** A section asked for is missing where nothing of it changed. `busy`: sections somebody writes just now, to be looked at again soon. */
export type Look = Snapshot & { busy: readonly SectionName[] }

export type SnapshotOptions = { probes?: readonly Probe<unknown>[]; probeMsMax?: number }

export async function takeSnapshot(
  context: ProbeContext,
  sections: readonly SectionName[] = SECTION_NAMES,
  { probes = PROBES, probeMsMax = PROBE_MS_MAX }: SnapshotOptions = {},
): Promise<Look> {
  // All begin in this moment, and each question for the uptime opens a file.
  const takenAtUptimeMs = context.host.uptimeMs()
  const wanted = probes.filter((probe) => sections.includes(probe.section))
  const looks = await Promise.all(wanted.map((probe) => lookAt(probe, context, takenAtUptimeMs, probeMsMax)))
  const read = looks.flatMap(({ section, reading }) => (reading === null ? [] : [[section, reading] as const]))
  const busy = looks.filter(({ isBusy }) => isBusy).map(({ section }) => section)
  return { takenAtUptimeMs, sections: Object.fromEntries(read), busy }
}

type ProbeLook = { section: SectionName; reading: SectionReading | null; isBusy: boolean }

async function lookAt(
  probe: Probe<unknown>,
  context: ProbeContext,
  readAtUptimeMs: number,
  msMax: number,
): Promise<ProbeLook> {
  const { section } = probe
  const found = await guarded(() => readIfReady(probe, context), msMax)
  const reading = found.section === null ? null : toReading(found.section, readAtUptimeMs)
  return { section, reading, isBusy: found.isBusy }
}

function toReading(answer: Answer<unknown>, lookedAtUptimeMs: number): SectionReading {
  const { readAtUptimeMs = lookedAtUptimeMs, ...section } = answer
  return { section, digest: digestOf(section), readAtUptimeMs }
}

/** Sections are never changed, only made anew: the same object says the same. Some are long, and kept by their probe. */
const digests = new WeakMap<object, string>()

function digestOf(section: Section<unknown>): string {
  const { outcome, value } = section
  if (outcome !== 'observed' || typeof value !== 'object' || value === null) return sectionDigest(section)
  const digest = digests.get(value) ?? sectionDigest(section)
  digests.set(value, digest)
  return digest
}

/** `section` is null where what was read last still holds. */
type Found = { section: Answer<unknown> | null; isBusy: boolean }

async function readIfReady(probe: Probe<unknown>, context: ProbeContext): Promise<Found> {
  const readiness = (await probe.readiness?.(context)) ?? { kind: 'ready' }
  if (readiness.kind === 'unchanged') return { section: null, isBusy: false }
  if (readiness.kind === 'ready') {
    const section = await readNow(probe, context)
    return { section, isBusy: section === null }
  }
  return { section: readiness.isFirst ? failed(readiness.reason) : null, isBusy: true }
}

async function readNow(probe: Probe<unknown>, context: ProbeContext): Promise<Answer<unknown> | null> {
  return probe.readUnlessAwaited === undefined ? await probe.read(context) : await probe.readUnlessAwaited(context)
}

async function guarded(look: () => Promise<Found>, msMax: number): Promise<Found> {
  const { promise: tooLong, resolve } = Promise.withResolvers<Found>()
  const late: Found = { section: failed(`no answer within ${msMax / 1000} s`), isBusy: false }
  const timer = setTimeout(() => resolve(late), msMax)
  try {
    return await Promise.race([look(), tooLong])
  } catch (error) {
    return { section: failed(reasonOf(error)), isBusy: false }
  } finally {
    clearTimeout(timer)
  }
}

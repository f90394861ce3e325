// Asks the probes, all or some, and makes one snapshot of their answers. No probe can hold up or break another: a throw
// or a look that takes too long becomes `failed` with its reason.
import { sectionDigest } from '../shared/digest.ts'
import { SECTION_NAMES, type SectionName } from '../shared/sections/names.ts'
import { failed, type Section } from '../shared/sections/section.ts'
import { reasonOf } from './host/host-errors.ts'
import { PROBES } from './probes/index.ts'
import type { Probe, ProbeContext } from './probes/probe.ts'

/** A look at a dead network file system may hang for ever. */
const PROBE_MS_MAX = 10_000

export type SectionReading = { section: Section<unknown>; digest: string; readAtUptimeMs: number }

/** `sections` holds those asked for, in report order. Times are ms of uptime. */
export type Snapshot = { takenAtUptimeMs: number; sections: Partial<Record<SectionName, SectionReading>> }

export type SnapshotOptions = { probes?: readonly Probe<unknown>[]; probeMsMax?: number }

export async function takeSnapshot(
  context: ProbeContext,
  sections: readonly SectionName[] = SECTION_NAMES,
  { probes = PROBES, probeMsMax = PROBE_MS_MAX }: SnapshotOptions = {},
): Promise<Snapshot> {
  const takenAtUptimeMs = context.host.uptimeMs()
  const wanted = probes.filter((probe) => sections.includes(probe.section))
  const readings = await Promise.all(wanted.map((probe) => readSection(probe, context, probeMsMax)))
  return { takenAtUptimeMs, sections: Object.fromEntries(wanted.map((probe, at) => [probe.section, readings[at]])) }
}

async function readSection(probe: Probe<unknown>, context: ProbeContext, msMax: number): Promise<SectionReading> {
  const readAtUptimeMs = context.host.uptimeMs()
  const section = await guarded(probe, context, msMax)
  return { section, digest: sectionDigest(section), readAtUptimeMs }
}

async function guarded(probe: Probe<unknown>, context: ProbeContext, msMax: number): Promise<Section<unknown>> {
  const { promise: tooLong, resolve } = Promise.withResolvers<Section<never>>()
  const timer = setTimeout(() => resolve(failed(`no answer within ${msMax / 1000} s`)), msMax)
  try {
    return await Promise.race([probe.read(context), tooLong])
  } catch (error) {
    return failed(reasonOf(error))
  } finally {
    clearTimeout(timer)
  }
}

// Takes over the sections of a report. A section is believed when its digest says the same as its content; one that is
// only named by its digest is either what we hold, or asked for.
import { rootDigest, sectionDigest } from '../../shared/digest.ts'
import type { Observation, ObservedSections } from '../../shared/judgement/subject.ts'
import type { ReportSections } from '../../shared/protocol/report.ts'
import { bootSection } from '../../shared/sections/boot.ts'
import { componentsSection, type ComponentsSection } from '../../shared/sections/components.ts'
import { exposureSection } from '../../shared/sections/exposure.ts'
import { hostSection } from '../../shared/sections/host.ts'
import { kernelSection } from '../../shared/sections/kernel.ts'
import { listenersSection, type ListenersSection } from '../../shared/sections/listeners.ts'
import { isSectionName, SECTION_NAMES, type SectionName } from '../../shared/sections/names.ts'
import { packagesSection, type PackagesSection } from '../../shared/sections/packages.ts'
import { processesSection, type ProcessesSection } from '../../shared/sections/processes.ts'
import { sentinelSection } from '../../shared/sections/sentinel.ts'
import {
  summarizeComponents,
  summarizeListeners,
  summarizePackages,
  summarizeProcesses,
  summarizeUpdates,
} from '../../shared/sections/summaries.ts'
import { updatesSection, type UpdatesSection } from '../../shared/sections/updates.ts'
import type { Acceptance, StoredSection, StoredValues } from '../store/records.ts'
import { keepKnownKeys } from './known-keys.ts'

export type FieldError = { pointer: string; detail: string }
export type Held = { sections: ObservedSections; digests: Acceptance['digests'] }
export type Merged = {
  kind: 'merged'
  sections: ObservedSections
  /** Large values that are new; `sections` has their summaries. */
  values: Partial<StoredValues>
  digests: Record<string, string>
  complete: boolean
  /** Sections to send whole; [] where nothing is missing. */
  want: SectionName[]
  /** Does anything say something else than before? A mere "read again" does not. */
  changed: boolean
}
export type MergeResult = Merged | { kind: 'invalid'; errors: FieldError[] }

type Given = NonNullable<ReportSections[SectionName]>

/** Sections of agents newer than we are: only their digests are kept, so that the root can be checked. */
const FOREIGN_SECTIONS_MAX = 32
const FOREIGN_NAME = /^[a-z][A-Za-z]{0,31}$/
const KEEP = {
  host: keepKnownKeys(hostSection),
  boot: keepKnownKeys(bootSection),
  sentinel: keepKnownKeys(sentinelSection),
  kernel: keepKnownKeys(kernelSection),
  listeners: keepKnownKeys(listenersSection),
  packages: keepKnownKeys(packagesSection),
  exposure: keepKnownKeys(exposureSection),
  processes: keepKnownKeys(processesSection),
  updates: keepKnownKeys(updatesSection),
  components: keepKnownKeys(componentsSection),
} as const satisfies Record<SectionName, unknown>
/** What the record keeps of values that are stored apart. The schema has checked that each is of its type. */
const SUMMARY: Readonly<Record<StoredSection, (value: unknown) => unknown>> = {
  listeners: (value) => summarizeListeners(value as ListenersSection),
  packages: (value) => summarizePackages(value as PackagesSection),
  processes: (value) => summarizeProcesses(value as ProcessesSection),
  updates: (value) => summarizeUpdates(value as UpdatesSection),
  components: (value) => summarizeComponents(value as ComponentsSection),
}
const DIGEST = /^[\w-]{22}$/

/** `now`: when the report was received, epoch ms. `readAgoMs` counts back from it. */
export function mergeSections(held: Held, given: ReportSections, root: string, now: number): MergeResult {
  const errors = SECTION_NAMES.flatMap((name) => errorsOf(held, name, given[name]))
  if (errors.length > 0) return { kind: 'invalid', errors }

  const sections: ObservedSections = { ...held.sections }
  const digests = boundedDigests(held.digests, foreignDigests(given))
  const values: Partial<StoredValues> = {}
  const want: SectionName[] = []
  for (const name of SECTION_NAMES) {
    const section = given[name]
    if (section === undefined) continue
    if (isWhole(section) || isHeld(held, name, section)) {
      takeOver({ sections, values }, name, observationOf(section, held, name, now), isHeld(held, name, section))
      // Texts that are held already stay the ones they are: ten thousand copies of each would be new otherwise.
      if (digests[name] !== section.digest) digests[name] = section.digest
    } else want.push(name)
  }
  dropForgotten({ sections, digests }, given, root)
  const complete = want.length === 0 && rootDigest(digests) === root
  return {
    kind: 'merged',
    sections,
    values,
    digests,
    complete,
    want: complete || want.length > 0 ? want : notWholeIn(given),
    changed: !sameDigests(digests, held.digests),
  }
}

/** Does the report stand alone: every section whole, and together they give the root? */
export function isWholeReport(given: ReportSections, root: string): boolean {
  const sections = Object.values(given)
  return sections.length > 0 && sections.every(isWhole) && rootDigest(givenDigests(given)) === root
}

/** Only an observed section can be sent without its value: nothing to say needs no digest to say it. */
function isWhole(section: Given): boolean {
  return section.outcome !== 'observed' || section.value !== undefined
}

function isHeld(held: Held, name: SectionName, section: Given): boolean {
  return section.digest === held.digests[name] && held.sections[name] !== undefined
}

function errorsOf(held: Held, name: SectionName, section: Given | undefined): FieldError[] {
  if (section === undefined || !isWhole(section)) return []
  const value = section.value ?? null
  const at = `#/sections/${name}`
  if ((section.outcome === 'observed') !== (value !== null)) {
    const detail = `outcome "${section.outcome}" ${value === null ? 'needs a value' : 'has no value: send null'}`
    return [{ pointer: `${at}/value`, detail }]
  }
  // What we hold was checked when it came, and its content is not taken over again.
  if (isHeld(held, name, section)) return []
  const expected = sectionDigest({ outcome: section.outcome, reason: section.reason, value })
  if (expected === section.digest) return []
  return [{ pointer: `${at}/digest`, detail: `is not the digest of outcome, reason and value, which is ${expected}` }]
}

function observationOf(section: Given, held: Held, name: SectionName, now: number): Observation<unknown> {
  const readAt = Math.max(0, now - section.readAgoMs)
  const before: Observation<unknown> | undefined = held.sections[name]
  if (before !== undefined && isHeld(held, name, section)) return { ...before, readAt }
  const { outcome, reason } = section
  if (outcome === 'failed') {
    // A failure never overwrites what was last seen.
    const failedSince = before?.outcome === 'failed' ? before.failedSince : readAt
    return { outcome, reason, readAt, value: before?.value ?? null, failedSince }
  }
  const value = section.value ?? null
  return { outcome, reason, readAt, value: value === null ? null : KEEP[name](value), failedSince: null }
}

/** The schema has checked that the value of `name` is of its type. What is held already has its summary. */
function takeOver(
  { sections, values }: Pick<Merged, 'sections' | 'values'>,
  name: SectionName,
  observation: Observation<unknown>,
  isHeldAlready: boolean,
): void {
  const target: Record<string, unknown> = sections
  const isNewValue = !isHeldAlready && observation.outcome === 'observed'
  if (isNewValue && isStoredApart(name)) {
    Object.assign(values, { [name]: observation.value })
    target[name] = { ...observation, value: SUMMARY[name](observation.value) }
  } else target[name] = observation
}

function isStoredApart(name: SectionName): name is StoredSection {
  return Object.hasOwn(SUMMARY, name)
}

/** A report that gives the root by itself is all there is: what it does not name, its agent no longer reports. */
function dropForgotten(
  merged: { sections: ObservedSections; digests: Record<string, string> },
  given: ReportSections,
  root: string,
): void {
  const own = givenDigests(given)
  if (Object.keys(own).length === 0) return
  if (Object.keys(own).length === Object.keys(merged.digests).length || rootDigest(own) !== root) return
  for (const name of Object.keys(merged.digests)) {
    if (Object.hasOwn(own, name)) continue
    delete merged.digests[name]
    if (isSectionName(name)) delete merged.sections[name]
  }
}

function givenDigests(given: ReportSections): Record<string, string> {
  const digests = foreignDigests(given)
  for (const name of SECTION_NAMES) {
    const section = given[name]
    if (section !== undefined) digests[name] = section.digest
  }
  return digests
}

function foreignDigests(given: ReportSections): Record<string, string> {
  if (!hasForeign(given)) return {}
  const foreign = Object.entries(given as Record<string, unknown>)
    .filter(([name]) => !isSectionName(name) && FOREIGN_NAME.test(name))
    .slice(0, FOREIGN_SECTIONS_MAX)
    .map(([name, section]) => [name, (section as { digest?: unknown } | null)?.digest] as const)
  return Object.fromEntries(foreign.filter((pair): pair is [string, string] => isDigest(pair[1])))
}

/** However many names a host thinks of in its life, the newest few are kept. */
function boundedDigests(held: Held['digests'], foreign: Record<string, string>): Record<string, string> {
  if (!hasForeign(held) && !hasForeign(foreign)) return { ...held }
  const own = Object.entries(held).filter(([name]) => isSectionName(name))
  const others = Object.entries(held).filter(([name]) => !isSectionName(name) && !Object.hasOwn(foreign, name))
  const kept = [...others, ...Object.entries(foreign)].slice(-FOREIGN_SECTIONS_MAX)
  return Object.fromEntries([...own, ...kept])
}

/** As a rule none is: nothing is made then, with every report. */
function hasForeign(named: object): boolean {
  return Object.keys(named).some((name) => !isSectionName(name))
}

function isDigest(value: unknown): value is string {
  return typeof value === 'string' && DIGEST.test(value)
}

/** The digests disagree and nothing named says where: everything that did not come whole may be it. */
function notWholeIn(given: ReportSections): SectionName[] {
  const missing = SECTION_NAMES.filter((name) => given[name] === undefined || !isWhole(given[name]))
  return missing.length > 0 ? missing : [...SECTION_NAMES]
}

function sameDigests(a: Record<string, string>, b: Record<string, string>): boolean {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}

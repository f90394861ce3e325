// The judge: facts of one server, policy and a moment in; verdict with its reasons out.
//
// Theory of operation.
// 1. Is the server still heard? (reporting.ts)
// 2. Each rule about the need looks at the facts and answers signals. The evidence of a server that is no longer heard
//    is weighed as of its last contact: a section does not begin to fail because the host fell silent.
// 3. Any hard signal that says required makes the state restart-required, whatever else could not be read. If all of
//    them are the kernel's and Livepatch covers it, deferrable. Else one hard signal that cannot tell makes it unknown.
//    Else ok. A subject the host does not have is no signal.
// 4. Nothing silent is ever shown as ok: ok and deferrable become unknown, a needed restart stays.
// 5. Promotion: exposed, stale, silent, each a rule of its own. What the restart would fix that is known to be exploited
//    shortens how long it may wait.
// 6. The verdict says when time alone will change it. Until then nobody has to judge again.
//
// Both sides use it: the collector to decide, the host to explain itself. It is pure: `now` is a parameter.
import { isSameBoot, type BootIdentity } from '../boot-identity.ts'
import { listenersExposure } from './listeners-exposure.ts'
import { exploitedSignals, openUntilRestart, shorter } from './known-exploited.ts'
import { openServicesIn, type OpenService } from './open-services.ts'
import { policyFor, type Policy } from './policy.ts'
import { heard, isGoodbyeLast } from './reporting.ts'
import { corePackages } from './rules/core-packages.ts'
import { countingServices, countsAsExposed, exposed } from './rules/exposed.ts'
import type { Finding, RuleInput } from './rules/finding.ts'
import { isCoveredByLivepatch, livepatch } from './rules/livepatch.ts'
import { missingModules } from './rules/missing-modules.ts'
import { newerKernel } from './rules/newer-kernel.ts'
import { nextImage } from './rules/next-image.ts'
import { outdatedProcesses } from './rules/outdated-processes.ts'
import { rebootFlag } from './rules/reboot-flag.ts'
import { rebootMarks } from './rules/reboot-mark.ts'
import { rebuiltKernel } from './rules/rebuilt-kernel.ts'
import { silent } from './rules/silent.ts'
import { stale, staleMoment } from './rules/stale.ts'
import type { Contact, ObservedSections, Subject } from './subject.ts'
import { nextToldServices } from './told-services.ts'
import { stillRunBy } from './waiting-fixes.ts'
import type { Baseline, Evidence, Exposure, Reporting, Signal, State, ToldService, Verdict } from './verdict.ts'

const NEED_RULES = [
  rebootFlag,
  rebootMarks,
  corePackages,
  nextImage,
  newerKernel,
  rebuiltKernel,
  missingModules,
  livepatch,
  outdatedProcesses,
] as const

/** The verdict on `subject` at `now` (epoch ms of the judge's clock). Never throws for what a host may have reported. */
export function judge(subject: Subject, policy: Policy, now: number): Verdict & Evidence {
  const { verdict, signals } = conclude(subject, policy, now)
  return { ...verdict, signals }
}

type Heard = { sections: ObservedSections; reporting: Reporting; lastContactAt: number | null }
type Told = Heard & Pick<Verdict, 'knownExploited'>

/** The evidence of a verdict that was made before and found the server `reporting`, as it is at `now` (epoch ms). */
export function evidenceOf({ sections, reporting, lastContactAt, ...told }: Told, now: number): Signal[] {
  const at = isStillHeard(reporting) ? now : (lastContactAt ?? now)
  const findings = findingsOn(sections, at)
  // A need that Livepatch covers rests on the same signals as one that it does not.
  return [...markDecisive(findings, stateOf(findings, false)), ...exploitedSignals(told, at)]
}

/** Services that answer open ports with old code, weighed as that evidence is. `exposure`: of the verdict. */
export function openServicesOn(
  { sections, reporting, lastContactAt, exposure }: Heard & { exposure: Exposure },
  now: number,
): OpenService[] {
  return openServicesIn(sections, exposure, isStillHeard(reporting) ? now : (lastContactAt ?? now))
}

/** Verdict and evidence apart, for those who keep verdicts: the evidence can be had again, and need not be kept. */
export function conclude(subject: Subject, policy: Policy, now: number): { verdict: Verdict } & Evidence {
  const { contact } = subject
  const rules = policyFor(policy, subject.application)
  const contactHeard = heard(contact, policy.silentAfterMs, now)
  const { reporting } = contactHeard

  const at = evidenceMoment(contact, reporting, now)
  const findings = findingsOn(subject.sections, at)
  const evidence = stateOf(findings, subject.livepatchCovers ?? isCoveredByLivepatch(subject.sections, at))
  const state = asReported(evidence, reporting)

  const reach = listenersExposure(subject.sections, at)
  const exposure = subject.exposure ?? reach.exposure
  const pending = state === 'restart-required' || state === 'deferrable'
  const since = pending ? subject.since : null
  const packages = packagesOf(state, findings)
  const exploited = state === 'restart-required' ? exploitedUntilRestart(subject, packages) : []
  const staleAt = staleMoment(
    state,
    since?.at ?? null,
    exploited.length === 0 ? rules.staleAfter : shorter(rules.staleAfter, rules.knownExploitedAfter),
    countsAsExposed(exposure, rules.unknownExposureCounts),
  )
  const open = openServicesIn(subject.sections, exposure, at)
  const counting = countingServices(open, rules)
  const byRestart = exposed(state, exposure, rules.unknownExposureCounts)
  const promotions = {
    exposed: { ...byRestart, raised: byRestart.raised || counting.length > 0 },
    stale: stale(staleAt, now),
    silent: silent(contactHeard),
  }
  const reasons = (['exposed', 'stale', 'silent'] as const).filter((reason) => promotions[reason].raised)

  const told = evidence === 'unknown' ? subject.baseline?.services : toldServices(subject, open, at, now)

  const verdict: Verdict = {
    state,
    lastKnown: reporting === 'silent' && contact.lastAt !== null ? { state: evidence, at: contact.lastAt } : null,
    ...(reporting === 'silent' && isGoodbyeLast(contact) ? { goodbyeAt: contact.goodbyeAt } : {}),
    reporting,
    exposure,
    promoted: reasons.length > 0,
    reasons,
    since: since?.at ?? null,
    sinceQuality: since?.quality ?? null,
    ...oldServiceSince(counting, told),
    ...(exploited.length === 0 ? {} : { knownExploited: exploited }),
    staleAt,
    packages,
    baseline: nextBaseline(subject, evidence, { exposure, reasons, reporting, exploited }, told),
    nextJudgementAt: earliestAfter(now, [
      ...Object.values(promotions).map((promotion) => promotion.changesAt),
      ...(isStillHeard(reporting) ? [...findings, reach].map((finding) => finding.until) : []),
    ]),
  }
  return { verdict, signals: [...markDecisive(findings, evidence), ...exploitedSignals(verdict, at)] }
}

/** `at`: the moment the evidence is weighed at. */
function findingsOn(sections: ObservedSections, at: number): Finding[] {
  const input: RuleInput = { sections, at, ownKernel: hasOwnKernel(sections) }
  return NEED_RULES.flatMap((rule) => rule(input))
}

/** Late and silent servers are judged on what they said, as of when they said it. */
function evidenceMoment(contact: Contact, reporting: Reporting, now: number): number {
  return isStillHeard(reporting) ? now : (contact.lastAt ?? now)
}

function isStillHeard(reporting: Reporting): boolean {
  return reporting !== 'late' && reporting !== 'silent'
}

/** A host does not become a container while its section fails: any value ever seen counts. Not known: its own kernel. */
function hasOwnKernel(sections: ObservedSections): boolean {
  const kind = sections.host?.value?.virtualization.kind
  return kind !== 'container' && kind !== 'wsl'
}

function stateOf(findings: readonly Finding[], livepatchCovers: boolean): State {
  const hard = findings.filter((finding) => finding.signal.role === 'decides')
  const required = hard.filter((finding) => finding.signal.says === 'required')
  if (required.length > 0) {
    return livepatchCovers && required.every((finding) => finding.kernelOnly) ? 'deferrable' : 'restart-required'
  }
  return hard.some((finding) => finding.signal.says === 'unknown') ? 'unknown' : 'ok'
}

function asReported(evidence: State, reporting: Reporting): State {
  if (reporting !== 'silent' && reporting !== 'never') return evidence
  return evidence === 'restart-required' ? evidence : 'unknown'
}

const DECISIVE = {
  ok: 'not-required',
  deferrable: 'required',
  'restart-required': 'required',
  unknown: 'unknown',
} as const satisfies Record<State, Signal['says']>

/** A hard signal that the state does not rest on informs: a reader sees at once which one decided. */
function markDecisive(findings: readonly Finding[], evidence: State): Signal[] {
  return findings.map(({ signal }) => {
    const decided = signal.role === 'decides' && signal.says === DECISIVE[evidence]
    return { ...signal, role: decided ? 'decides' : 'informs' }
  })
}

/** Names known to ask; null where none is known because they could not be read, [] where none is named. */
function packagesOf(state: State, findings: readonly Finding[]): string[] | null {
  if (state === 'unknown') return null
  const asking = findings.filter(({ signal }) => signal.role === 'decides' && signal.says === 'required')
  const names = new Set(asking.flatMap(({ signal }) => signal.packages ?? []))
  const unreadable = asking.some(({ signal }) => signal.packages === null)
  return names.size === 0 && unreadable ? null : [...names]
}

function exploitedUntilRestart({ knownExploited = [], sections }: Subject, packages: Verdict['packages']): string[] {
  return openUntilRestart(knownExploited, stillRunBy(packages, sections.processes?.value?.packages ?? []))
}

type Weighed = Pick<Verdict, 'exposure' | 'reasons' | 'reporting'> & { exploited: readonly string[] }

function nextBaseline(
  subject: Subject,
  evidence: State,
  { exposure, reasons, reporting, exploited }: Weighed,
  services: readonly ToldService[] | undefined,
): Baseline | null {
  const before = subject.baseline ?? null
  const known = exposure === 'unknown' ? (before?.exposure ?? null) : exposure
  const carried = {
    ...(services === undefined ? {} : { services }),
    ...(isToldSilent(before, reporting) ? { silent: true as const } : {}),
    ...(before?.addresses === undefined ? {} : { addresses: before.addresses }),
  }
  if (evidence === 'unknown') {
    if (before === null) return null
    const { need, boot, stale: wasStale } = before
    return { need, boot, stale: wasStale, exposure: known, ...carried, ...exploitedIn(before.exploited ?? []) }
  }
  return {
    need: evidence,
    boot: bootOf(subject),
    stale: reasons.includes('stale'),
    exposure: known,
    ...carried,
    ...exploitedIn(exploited),
  }
}

function exploitedIn(ids: readonly string[]): Pick<Baseline, 'exploited'> {
  return ids.length === 0 ? {} : { exploited: ids }
}

function bootOf({ boot: told, sections }: Subject): BootIdentity | null {
  const boot = told ?? sections.boot?.value ?? null
  return boot === null ? null : { kernelBootId: boot.kernelBootId, runMarker: boot.runMarker }
}

function toldServices(
  subject: Subject,
  open: readonly OpenService[],
  at: number,
  now: number,
): readonly ToldService[] | undefined {
  const { baseline: before = null, sections } = subject
  const [was, is] = [before?.boot ?? null, bootOf(subject)]
  const isNewBoot = was !== null && is !== null && !isSameBoot(was, is)
  return nextToldServices({ before: before?.services, isNewBoot, sections, open, at, now })
}

function oldServiceSince(
  counting: readonly OpenService[],
  told: readonly ToldService[] = [],
): Pick<Verdict, 'oldServiceSince'> {
  const known = told.filter(({ unit }) => counting.some((one) => one.unit === unit))
  return known.length === 0 ? {} : { oldServiceSince: Math.min(...known.map(({ since }) => since)) }
}

/** Who is late after having been silent was not heard: the policy waits longer now. */
function isToldSilent(before: Baseline | null, reporting: Reporting): boolean {
  return reporting === 'silent' || (reporting === 'late' && before?.silent === true)
}

function earliestAfter(now: number, moments: readonly (number | null)[]): number | null {
  const ahead = moments.filter((moment) => moment !== null && moment > now)
  return ahead.length === 0 ? null : Math.min(...(ahead as number[]))
}

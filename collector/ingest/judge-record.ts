// One record before the judge: its verdict now, and what history says about the difference. Used when a report comes in
// and when time alone may have changed the verdict.
import { conclude } from '../../shared/judgement/judge.ts'
import type { Policy } from '../../shared/judgement/policy.ts'
import type { Since } from '../../shared/judgement/subject.ts'
import type { HistoryEvent } from '../../shared/judgement/transition.ts'
import { isNotApplicable } from '../../shared/judgement/rules/reboot-flag.ts'
import { transitionsBetween, type Judged } from '../../shared/judgement/transitions.ts'
import type { Baseline, Evidence, Signal, Verdict } from '../../shared/judgement/verdict.ts'
import { applicationOf, judgedSections, type BootRecord, type ServerRecord } from '../store/records.ts'
import { bootIdentityOf } from './convert-moments.ts'
import { untilOperatorsEnd, withDeclaredPorts, withSnooze } from './operators-say.ts'
import { withServices } from './service-events.ts'

export type Judgement = {
  /** With its verdict, and with the earliest moment of the need. */
  record: ServerRecord
  /** What happened between the two verdicts; [] for servers nobody has approved. */
  events: HistoryEvent[]
  /** Does the verdict say anything else than the one before? When to judge again does not count. */
  readonly changed: boolean
}

/**
 * Judges `record` at `now`, heard last at `contactAt` (epoch ms; null: never). `before` is what it replaces:
 * itself where only time went by, null for a server just registered.
 */
export function judgeRecord(
  record: ServerRecord,
  contactAt: number | null,
  policy: Policy,
  now: number,
  before: ServerRecord | null = record,
): Judgement {
  const declared = withDeclaredPorts(record, now)
  const { record: judged, signals } = judgeWithSince(declared.record, contactAt, policy, now, before)
  const known = before === null ? null : judgedOf(before, [])
  const transitions = transitionsBetween(known, judgedOf(judged, signals, knownAddresses(before, judged, known)))
  const told = withServices(transitions, judged)
  const snoozed = withSnooze(judged, told, now)
  const after = snoozed.record
  return {
    record: { ...after, verdict: untilOperatorsEnd(after.verdict, after) },
    events: after.lifecycle === 'active' ? [...declared.events, ...told, ...snoozed.events] : [],
    // Compared only where somebody asks: a report that brought something new is written anyway.
    get changed() {
      return before === null || !haveSaidTheSame(before, after) || !sayTheSame(before.verdict, after.verdict)
    },
  }
}

/** The need's earliest moment is part of the evidence, but only a verdict tells whether there is a need: judge twice then. */
function judgeWithSince(
  record: ServerRecord,
  contactAt: number | null,
  policy: Policy,
  now: number,
  before: ServerRecord | null,
): { record: ServerRecord } & Evidence {
  const { verdict, signals } = verdictOn(record, before, contactAt, policy, now)
  const since = earliestNeed(record, signals, before, now)
  if (since === (record.boot?.since ?? null)) return { record: { ...record, verdict }, signals }
  const boot: BootRecord = { ...(record.boot ?? UNTOLD_BOOT), since }
  const dated = { ...record, boot }
  return { record: { ...dated, verdict: verdictOn(dated, before, contactAt, policy, now).verdict }, signals }
}

const UNTOLD_BOOT: BootRecord = { kernelBootId: null, runMarker: null, bootedAt: null, moments: {}, since: null }

function verdictOn(
  record: ServerRecord,
  before: ServerRecord | null,
  contactAt: number | null,
  policy: Policy,
  now: number,
): { verdict: Verdict } & Evidence {
  const subject = {
    application: applicationOf(record),
    sections: judgedSections(record),
    since: record.boot?.since ?? null,
    contact: { lastAt: contactAt, heartbeatMs: record.heartbeatMs, goodbyeAt: goodbyeOf(record, contactAt) },
    boot: bootIdentityOf(record.boot),
    baseline: withAddresses(record, before),
    ...(record.knownExploited === undefined ? {} : { knownExploited: record.knownExploited }),
  }
  return conclude(subject, policy, now)
}

/** The last word of a server counts from when we began to look, as its contact does: it may be back already and not heard. */
function goodbyeOf({ boot, lastContactAt }: ServerRecord, contactAt: number | null): number | null {
  const goodbyeAt = boot?.goodbyeAt ?? null
  if (goodbyeAt === null || contactAt === null || goodbyeAt < (lastContactAt ?? goodbyeAt)) return goodbyeAt
  return Math.max(goodbyeAt, contactAt)
}

/** Which moment of the boot record speaks for which signal. */
const MOMENT_OF: Readonly<Record<string, 'sentinel' | 'kernel'>> = {
  'reboot-flag': 'sentinel',
  'newer-kernel': 'kernel',
  'rebuilt-kernel': 'kernel',
  'reboot-mark': 'sentinel',
  'core-packages': 'sentinel',
  'next-image': 'sentinel',
}

/** Within a boot it only moves earlier, and it survives a need that goes away and comes back. */
function earliestNeed(
  record: ServerRecord,
  signals: readonly Signal[],
  before: ServerRecord | null,
  now: number,
): Since | null {
  const known = record.boot?.since ?? null
  const asking = signals.filter(({ role, says }) => role === 'decides' && says === 'required')
  if (asking.length === 0) return known
  const told = asking.flatMap(({ name }) => {
    const moment = MOMENT_OF[name] === undefined ? undefined : record.boot?.moments[MOMENT_OF[name]]
    return moment === undefined ? [] : [moment]
  })
  const first = [...told, firstSight(record, before, now)].reduce((a, b) => (b.at < a.at ? b : a))
  return known !== null && known.at <= first.at ? known : { at: first.at, quality: first.quality }
}

/** When we ourselves saw the need: it came before our eyes only if this boot was known without it. */
function firstSight(record: ServerRecord, before: ServerRecord | null, now: number): Since {
  const wasFree =
    before !== null && before.verdict.baseline?.need === 'ok' && before.boot?.runMarker === record.boot?.runMarker
  return { at: now, quality: wasFree ? 'observed' : 'upper-bound' }
}

/** Why a need went away is read from the evidence of the later verdict; of the one before, none is kept. */
function judgedOf(record: ServerRecord, signals: readonly Signal[], addresses = lastAddresses(record)): Judged {
  const notApplicable = isNotApplicable(signals)
  return { verdict: record.verdict, boot: bootIdentityOf(record.boot), addresses, notApplicable }
}

/** The very list that is known already where the host said nothing new of itself: it need not be made and compared again. */
function knownAddresses(before: ServerRecord | null, after: ServerRecord, known: Judged | null): Judged['addresses'] {
  const isSame = known !== null && before?.sections.host?.value === after.sections.host?.value
  return isSame && known.addresses !== null ? known.addresses : lastAddresses(after)
}

/** A host that cannot tell its addresses for a while has not lost them: the next ones are compared with the last known. */
function withAddresses(record: ServerRecord, before: ServerRecord | null): Baseline | null {
  const { baseline } = record.verdict
  if (baseline === null) return null
  const isTold = (record.sections.host?.value?.addresses ?? null) !== null
  const last = isTold || before === null ? null : lastAddresses(before)
  if (last === null && baseline.addresses === undefined) return baseline
  const { addresses: _, ...rest } = baseline
  return last === null ? rest : { ...rest, addresses: last }
}

function lastAddresses(record: ServerRecord): readonly string[] | null {
  return globalAddresses(record) ?? record.verdict.baseline?.addresses ?? null
}

/** Link-local addresses and the loopback come and go with containers, and nobody reaches a server by them. */
function globalAddresses({ sections }: ServerRecord): string[] | null {
  const addresses = sections.host?.value?.addresses ?? null
  if (addresses === null) return null
  return [...new Set(addresses.filter(({ scope }) => scope === 'global').map(({ address }) => address))]
}

function haveSaidTheSame(a: ServerRecord, b: ServerRecord): boolean {
  return (
    (a.snooze ?? null) === (b.snooze ?? null) &&
    a.declarations === b.declarations &&
    a.knownExploited === b.knownExploited
  )
}

const wordsOf = (verdict: Verdict) => JSON.stringify({ ...verdict, nextJudgementAt: null })

/** Keys come in one order, because one function makes verdicts. */
function sayTheSame(a: Verdict, b: Verdict): boolean {
  return a === b || wordsOf(a) === wordsOf(b)
}

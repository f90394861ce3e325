// What happened between two accepted states of a server: one line of history each. What came and went while a server
// was unreachable, or while its evidence could not be read, is not invented: known facts are compared with known facts.
import { isSameBoot, type BootIdentity } from '../boot-identity.ts'
import { isNotApplicable } from './rules/reboot-flag.ts'
import type { ClearCause, EventType, HistoryEvent } from './transition.ts'
import type { Baseline, Evidence, ToldService, Verdict } from './verdict.ts'

export type Judged = {
  verdict: Verdict
  boot: BootIdentity | null
  /** The last that were known; null where there never were any. */
  addresses: readonly string[] | null
  /** The flag stands, but only for a kernel that is not this host's; see `toJudged`. */
  notApplicable: boolean
}

export function toJudged(
  verdict: Verdict & Evidence,
  boot: BootIdentity | null,
  addresses: readonly string[] | null,
): Judged {
  return { verdict, boot, addresses, notApplicable: isNotApplicable(verdict.signals) }
}

/** `before` is null for a server just registered. Events come in the order in which a person would tell them. */
export function transitionsBetween(before: Judged | null, after: Judged): HistoryEvent[] {
  return [
    ...(before === null ? [event('registered')] : contactEvents(before.verdict, after.verdict)),
    ...needEvents(before?.verdict.baseline ?? null, after),
    ...exposureEvents(before?.verdict.baseline ?? null, after.verdict.baseline),
    ...serviceEvents(before?.verdict.baseline?.services, after.verdict.baseline?.services),
    ...exploitedEvents(before?.verdict ?? null, after.verdict.baseline),
    ...staleEvents(before?.verdict.baseline ?? null, after.verdict),
    ...addressEvents(before?.addresses ?? null, after.addresses),
  ]
}

function contactEvents(before: Verdict, after: Verdict): HistoryEvent[] {
  const wasTold = before.reporting === 'silent' || before.baseline?.silent === true
  if (!wasTold && after.reporting === 'silent') return [event('silent')]
  const isHeard = after.reporting === 'current' || after.reporting === 'restarting'
  return wasTold && isHeard ? [event('back')] : []
}

function needEvents(known: Baseline | null, after: Judged): HistoryEvent[] {
  const now = after.verdict.baseline
  if (now === null) return []
  const was = known?.need ?? null
  if (now.need === 'restart-required') {
    const packages = after.verdict.packages
    if (was !== 'restart-required') return [event('restart-required', { packages })]
    return isNewBoot(known, now) ? [event('restarted-still-required', { packages })] : []
  }
  return was === 'restart-required' ? [event('restart-cleared', {}, clearCause(known, now, after.notApplicable))] : []
}

function clearCause(known: Baseline | null, now: Baseline, notApplicable: boolean): ClearCause {
  if (isNewBoot(known, now)) return 'restarted'
  if (now.need === 'deferrable') return 'livepatched'
  return notApplicable ? 'not-applicable' : 'flag-removed'
}

function isNewBoot(known: Baseline | null, now: Baseline): boolean {
  return known !== null && known.boot !== null && now.boot !== null && !isSameBoot(known.boot, now.boot)
}

function exposureEvents(known: Baseline | null, now: Baseline | null): HistoryEvent[] {
  if (now?.exposure === 'exposed' && known?.exposure !== 'exposed') return [event('exposed')]
  return now?.exposure === 'filtered' && known?.exposure === 'exposed' ? [event('no-longer-exposed')] : []
}

/** What was not looked at for a while keeps the very list that was known. */
function serviceEvents(known: Baseline['services'] = [], now: Baseline['services'] = known): HistoryEvent[] {
  if (known === now) return []
  const isIn = (list: readonly ToldService[], unit: string) => list.some((one) => one.unit === unit)
  return [
    ...now.filter(({ unit }) => !isIn(known, unit)).map(({ unit }) => event('outdated-service', { unit })),
    ...known.filter(({ unit }) => !isIn(now, unit)).map(({ unit }) => event('service-current', { unit })),
  ]
}

/** Ids come and go with upgrades, restarts and the list of what is known: each is told once when it comes, and once when
 * it goes. Records of a version that told nothing have their ids in the verdict alone: those are not told again. */
function exploitedEvents(before: Verdict | null, now: Baseline | null): HistoryEvent[] {
  if (now === null) return []
  const [known, open] = [before?.baseline?.exploited ?? before?.knownExploited ?? [], now.exploited ?? []]
  const came = open.filter((id) => !known.includes(id))
  const went = known.filter((id) => !open.includes(id))
  return [
    ...(came.length === 0 ? [] : [event('known-exploited', { cves: came })]),
    ...(went.length === 0 ? [] : [event('no-longer-known-exploited', { cves: went })]),
  ]
}

function staleEvents(known: Baseline | null, after: Verdict): HistoryEvent[] {
  return after.baseline?.stale === true && known?.stale !== true ? [event('stale')] : []
}

function addressEvents(before: readonly string[] | null, after: readonly string[] | null): HistoryEvent[] {
  if (before === null || after === null || before === after) return []
  const [left, right] = [before.toSorted(), after.toSorted()]
  const same = left.length === right.length && left.every((address, index) => address === right[index])
  return same ? [] : [event('address-changed', { before: left, after: right })]
}

function event(type: EventType, data: Record<string, unknown> = {}, cause: ClearCause | null = null): HistoryEvent {
  return { type, cause, data }
}

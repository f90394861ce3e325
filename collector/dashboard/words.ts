// What people read for each value of the contract. One place, so that a list, a page and a legend use the same word.
import type { EventType, ClearCause } from '../../shared/judgement/transition.ts'
import type { Exposure, Lifecycle, PromotionReason, Reporting, State } from '../../shared/judgement/verdict.ts'
import type { SnoozeEnd } from '../../shared/judgement/snooze.ts'
import type { Outcome } from '../../shared/sections/section.ts'
import type { SinceQuality } from '../../shared/sections/text.ts'

export const STATE_WORDS: Record<State, string> = {
  'restart-required': 'Restart required',
  unknown: 'Unknown',
  deferrable: 'Deferrable',
  ok: 'OK',
}

export const REPORTING_WORDS: Record<Reporting, string> = {
  current: 'Current',
  late: 'Late',
  silent: 'Silent',
  restarting: 'Restarting',
  never: 'Never reported',
}

export const EXPOSURE_WORDS: Record<Exposure, string> = {
  exposed: 'Exposed',
  unknown: 'Unknown',
  filtered: 'Filtered',
}

export const REASON_WORDS: Record<PromotionReason, string> = { exposed: 'Exposed', stale: 'Stale', silent: 'Silent' }

/** Why a listener is judged as it is; a code of a newer agent is shown as it is. */
export const LISTENER_REASON_WORDS: Readonly<Record<string, string>> = {
  'no-firewall': 'no rule stands before it',
  'policy-accept': 'no rule stops it',
  'accept-rule': 'a rule lets everybody in',
  'dnat-forward': 'it is passed on to where something answers',
  redirect: 'it is passed on to another port of this server',
  'loopback-bind': 'only this server itself reaches it',
  'link-local-bind': 'only the local network reaches it',
  'multicast-bind': 'it takes multicast alone',
  'private-bind': 'it is bound to a private address',
  'bridge-only': 'it is bound to a network inside this server',
  'interface-restricted': 'it is bound to an interface that leads nowhere outside',
  'no-external-address': 'this server has no address to be reached at from outside',
  'policy-drop': 'nothing lets it in',
  'explicit-drop': 'a rule stops it',
  'source-restricted': 'only some networks are let in',
  'unit-ip-filter': 'the unit’s own filter stops it',
  'no-socket': 'nothing answers there',
  'opaque-rule': 'a rule cannot be followed from here',
  'answer-not-proven': 'it gets in, but maybe no answer gets out',
  'maybe-nat-mapped': 'the rules let it in; whether a public address leads here is not known',
  'floating-address': 'its address is on no interface now',
  'no-external-interface': 'which interface leads outside is not known',
  'reverse-path-filter': 'the answer may leave another way, which the kernel refuses',
  'ebpf-datapath': 'a program in the kernel sees packets before any rule',
  'firewall-unreadable': 'the firewall could not be read',
  'ruleset-too-large': 'the firewall has more rules than can be followed',
  'not-scanned': 'the firewall was not scanned since it is open',
  'facts-old': 'the last scan of the firewall is too long ago',
  declared: 'declared in agent.toml',
  'declared-public-address': 'the rules let it in, and a public address is declared',
  'declared-nat': 'the rules let it in, and agent.toml says that a public address leads here',
  'declared-no-nat': 'agent.toml says that no public address leads here',
  'declared-by-operator': 'declared here',
  'cloud-public-address': 'the rules let it in, and the cloud names a public address',
}

/** Made when it is first needed: it takes 20 ms of a collector's start. */
let countFormat: Intl.NumberFormat | null = null

/** "4,812". */
export function countText(count: number): string {
  countFormat ??= new Intl.NumberFormat('en')
  return countFormat.format(count)
}

export const LIFECYCLE_WORDS: Record<Lifecycle, string> = {
  active: 'Active',
  'pending-approval': 'Waits for approval',
  conflict: 'Conflict',
  removed: 'Removed',
}

/** What a look at one section gave. */
export const OUTCOME_WORDS: Record<Outcome, string> = {
  observed: 'Read',
  absent: 'Not there',
  failed: 'Could not look',
}

export const SINCE_WORDS: Record<SinceQuality, string> = {
  exact: 'Exact',
  observed: 'Observed',
  'upper-bound': 'At the latest',
}

/** A sentence for every life that is not simply `active`: such a server is in no list and in no count. */
export const LIFECYCLE_NOTICES: Record<Lifecycle, string | null> = {
  active: null,
  'pending-approval':
    'This server waits for approval. It is not counted and not promoted until an operator approves it.',
  conflict:
    'Two live copies report with this server’s credential. What you see is the last status that could be trusted; enrol one of the copies again, then have an operator approve this server.',
  removed: 'This server was removed. It is no longer counted, and its credential no longer works.',
}

export const SINCE_QUALITY_WORDS: Record<SinceQuality, string> = {
  exact: 'exact: the host wrote the moment down',
  observed: 'observed: the agent saw it come',
  'upper-bound': 'at the latest: it was there when first looked at',
}

export const EVENT_WORDS: Record<EventType, string> = {
  registered: 'Registered',
  'restart-required': 'Restart required',
  'restart-cleared': 'Restart no longer required',
  'restarted-still-required': 'Restarted, restart still required',
  exposed: 'Became exposed',
  'no-longer-exposed': 'No longer exposed',
  'outdated-service': 'Old code answers an open port',
  'service-current': 'Service runs the new code',
  'known-exploited': 'Fix of a known exploit waits',
  'no-longer-known-exploited': 'No fix of a known exploit waits',
  stale: 'Became stale',
  silent: 'Fell silent',
  back: 'Reports again',
  'address-changed': 'Address changed',
  'package-changed': 'Packages changed',
  'component-changed': 'Version changed',
  'deploy-report': 'Reported on request',
  removed: 'Removed',
  approved: 'Approved',
  conflict: 'Two live copies of one credential',
  snoozed: 'Snoozed',
  'snooze-ended': 'Snooze ended',
  'port-declared': 'Port declared',
  'port-declaration-ended': 'Declaration of a port ended',
}

export const SNOOZE_END_WORDS: Record<SnoozeEnd, string> = {
  expired: 'its time was over',
  cleared: 'the restart was made, or is needed no more',
  exposed: 'the server became exposed',
  stale: 'the restart became stale',
  silent: 'the server fell silent',
  operator: 'by hand',
}

export const CAUSE_WORDS: Record<ClearCause, string> = {
  restarted: 'the server was restarted',
  'flag-removed': 'the flag was removed by hand',
  livepatched: 'Livepatch covers it',
  'not-applicable': 'it does not apply to this server',
}

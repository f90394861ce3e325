// What people read for each value of the contract. One place, so that a list, a page and a legend use the same word.
import type { EventType, ClearCause } from '../../shared/judgement/transition.ts'
import type { Exposure, Lifecycle, PromotionReason, Reporting, State } from '../../shared/judgement/verdict.ts'
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
  'loopback-bind': 'only this server itself reaches it',
  'link-local-bind': 'only the local network reaches it',
  'firewall-not-read': 'the firewall was not read',
}

const COUNT_FORMAT = new Intl.NumberFormat('en')

/** "4,812". */
export function countText(count: number): string {
  return COUNT_FORMAT.format(count)
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
  stale: 'Became stale',
  silent: 'Fell silent',
  back: 'Reports again',
  'address-changed': 'Address changed',
  'package-changed': 'Packages changed',
  removed: 'Removed',
  approved: 'Approved',
  conflict: 'Two live copies of one credential',
}

export const CAUSE_WORDS: Record<ClearCause, string> = {
  restarted: 'the server was restarted',
  'flag-removed': 'the flag was removed by hand',
  livepatched: 'Livepatch covers it',
  'not-applicable': 'it does not apply to this server',
}

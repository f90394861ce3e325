// What the history keeps: the differences between two accepted states of a server.

export const EVENT_TYPES = [
  'registered',
  'restart-required',
  'restart-cleared',
  'restarted-still-required',
  'exposed',
  'no-longer-exposed',
  'outdated-service',
  'service-current',
  'known-exploited',
  'no-longer-known-exploited',
  'stale',
  'silent',
  'back',
  'address-changed',
  'package-changed',
  'component-changed',
  'deploy-report',
  'removed',
  'approved',
  'conflict',
  'snoozed',
  'snooze-ended',
  'port-declared',
  'port-declaration-ended',
] as const
export type EventType = (typeof EVENT_TYPES)[number]

export type ClearCause = 'restarted' | 'flag-removed' | 'livepatched' | 'not-applicable'

/** One line of history. `data` holds what the sentence needs, e.g. packages, cause, addresses before and after. */
export type HistoryEvent = { type: EventType; cause: ClearCause | null; data: Record<string, unknown> }

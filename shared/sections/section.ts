// "Could not look" is never "nothing there": every subject of a host answers one of three outcomes.

/** What a probe found. `reason` is a short code or sentence a person can act on. */
export type Section<V> =
  | { outcome: 'observed'; reason: null; value: V }
  | { outcome: 'absent'; reason: string; value: null }
  | { outcome: 'failed'; reason: string; value: null }

export type Outcome = Section<unknown>['outcome']

export function observed<V>(value: V): Section<V> {
  return { outcome: 'observed', reason: null, value }
}

/** The host does not have the subject (no /boot, a container): not a signal in either direction. */
export function absent(reason: string): Section<never> {
  return { outcome: 'absent', reason, value: null }
}

/** We could not look. Never shown as "nothing there". */
export function failed(reason: string): Section<never> {
  return { outcome: 'failed', reason, value: null }
}

// Which of this host's secrets to send, and when to change to a new one. Pure: an answer gives the next state.
//
// The secrets stand in the order in which they are tried: the next one, if one was made; the current one; the one before,
// which a collector restored from a backup may be the only one to know. Whenever an older one is accepted, its report
// announces the hash of the first, and then the first is tried. So every way a change can be cut short, on either side,
// heals by the same exchange: lost answers, a crash between two steps, a store that went back in time.

export type Rotation = {
  /** How many secrets there are; 0 is the one that is preferred. */
  readonly count: number
  /** The one to send. */
  readonly active: number
  /** Secrets refused in a row. */
  readonly refused: number
  /** The first was accepted by this collector, or is the only one. */
  readonly isSettled: boolean
  /** The collector took the announcement and refused the secret all the same: do not announce before then, steady clock, ms. */
  readonly quietUntilMs: number
}

/** What was answered to a report, as far as it says something about the secret it came with. */
export type SecretAnswer = 'accepted' | 'unauthorized' | 'nothing'

/** A collector too old to know the word is not asked with every report. */
export const QUIET_MS = 24 * 3_600_000

export function startRotation(count: number): Rotation {
  return { count, active: 0, refused: 0, isSettled: count === 1, quietUntilMs: -Infinity }
}

/** A new secret was made; it stands first. It must be announced before it is tried. */
export function withNewSecret(state: Rotation): Rotation {
  return { ...state, count: state.count + 1, active: state.active + 1, refused: 0, isSettled: false }
}

/** Does the next report announce the first secret? */
export function isAnnouncing({ active, quietUntilMs }: Rotation, nowMs: number): boolean {
  return active > 0 && nowMs >= quietUntilMs
}

/** `tryNow`: the next secret is to be tried at once, without the patience that other failures are met with. */
export function afterAnswer(
  state: Rotation,
  answer: SecretAnswer,
  announced: boolean,
  nowMs: number,
): { state: Rotation; tryNow: boolean } {
  if (answer === 'nothing') return { state, tryNow: false }
  if (answer === 'unauthorized') return afterRefusal(state)
  if (state.active === 0)
    return { state: { ...state, refused: 0, isSettled: true, quietUntilMs: -Infinity }, tryNow: false }
  // Tried at once: until then the collector accepts both, and a day later the old one no more.
  if (announced) return { state: { ...state, active: 0, refused: 0, quietUntilMs: nowMs + QUIET_MS }, tryNow: true }
  return { state: { ...state, refused: 0 }, tryNow: false }
}

/** Each is tried once, then it is the collector's turn to change its mind. */
function afterRefusal(state: Rotation): { state: Rotation; tryNow: boolean } {
  const active = (state.active + 1) % state.count
  const refused = state.refused + 1
  const isRound = refused >= state.count
  return { state: { ...state, active: isRound ? 0 : active, refused: isRound ? 0 : refused }, tryNow: !isRound }
}

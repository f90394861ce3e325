// When a large part of the fleet falls late together, the likelier cause is this side of the network. For as long as a
// single server would be given before it counts as silent, nobody is called late; then a real outage is told.

export type MassSilence =
  | { phase: 'watching' }
  | { phase: 'holding'; since: number; until: number }
  /** The hold ran out and the outage was told; it does not begin again until the servers are back or said to be silent. */
  | { phase: 'told' }

/** Of the servers that are counted: how many there are, miss beats since a moment ago, miss beats at all. */
export type Misses = { total: number; falling: number; missing: number }

const MANY_SHARE = 0.2
const MANY_COUNT = 5

/** The next phase at `now` (epoch ms); a hold that begins lasts `holdMs` at most. */
export function nextMassSilence(state: MassSilence, misses: Misses, now: number, holdMs: number): MassSilence {
  switch (state.phase) {
    case 'watching':
      return isMany(misses.falling, misses.total) ? { phase: 'holding', since: now, until: now + holdMs } : state
    case 'holding':
      if (!isMany(misses.missing, misses.total)) return { phase: 'watching' }
      return now >= state.until ? { phase: 'told' } : state
    case 'told':
      return isMany(misses.missing, misses.total) ? state : { phase: 'watching' }
    default:
      return state satisfies never
  }
}

function isMany(count: number, total: number): boolean {
  return count >= MANY_COUNT && count >= total * MANY_SHARE
}

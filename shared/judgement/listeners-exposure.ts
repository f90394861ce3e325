// Can anyone reach this server? The worst listener decides; without listeners that could be read, nobody can tell.
// Nor while the rules cannot be read that may let in more than sockets show.
import { type Usable, usable } from './observation.ts'
import type { ListenersSummary } from '../sections/summaries.ts'
import type { ObservedSections } from './subject.ts'
import type { Exposure } from './verdict.ts'

/** `until`: when the value of a section that fails now stops to count; null: it is fresh, or does not count already. */
export type ExposureFinding = { exposure: Exposure; until: number | null }

export function listenersExposure({ listeners, exposure }: ObservedSections, at: number): ExposureFinding {
  const found = usable(listeners, at)
  const rules = usable(exposure, at)
  if (found.kind !== 'observed' && found.kind !== 'not-re-read') return { exposure: 'unknown', until: null }
  const untils = [found, rules].map(untilOf).filter((until) => until !== null)
  return {
    exposure: rules.kind === 'failed' ? withoutRules(found.value) : found.value.exposure,
    until: untils.length === 0 ? null : Math.min(...untils),
  }
}

/** An operator's word that a port is open needs no rules. */
function withoutRules({ isDeclaredExposed }: ListenersSummary): Exposure {
  return isDeclaredExposed === true ? 'exposed' : 'unknown'
}

function untilOf(read: Usable<unknown>): number | null {
  return read.kind === 'not-re-read' ? read.until : null
}

// Which services were told to run old code at a port that anyone can reach, and since when: carried from one verdict to
// the next, so that history compares what was known with what is known. Pure.
import type { ProcessesSummary } from '../sections/summaries.ts'
import { usable } from './observation.ts'
import { type OpenService, valueOf } from './open-services.ts'
import type { ObservedSections } from './subject.ts'
import type { ToldService } from './verdict.ts'

type Looked = {
  /** Undefined: nobody ever looked at processes. */
  before: readonly ToldService[] | undefined
  /** Nothing that ran before does any more. */
  isNewBoot: boolean
  sections: ObservedSections
  /** Services that answer open ports with old code. */
  open: readonly OpenService[]
  /** The moment the evidence is weighed at, and now. */
  at: number
  now: number
}

/** Undefined: still nobody looked. `since` is the first sight, and never moves while the service stays old. */
export function nextToldServices({
  before,
  isNewBoot,
  sections,
  open,
  at,
  now,
}: Looked): readonly ToldService[] | undefined {
  const held = isNewBoot && before !== undefined ? [] : before
  const processes = valueOf(usable(sections.processes, at))
  if (processes?.services === undefined) return held
  const kept = (held ?? []).filter(({ unit }) => mayBeOld(processes, unit))
  const quality = held === undefined ? 'upper-bound' : 'observed'
  const added = open
    .filter(({ unit, verdict }) => verdict === 'exposed' && !kept.some((one) => one.unit === unit))
    .map(({ unit }) => ({ unit, since: now, quality }) as const)
  return held !== undefined && added.length === 0 && kept.length === held.length ? held : [...kept, ...added]
}

/** A look that did not see everything says nothing of what it does not name. */
function mayBeOld({ services = [], unitsCount, missing }: ProcessesSummary, unit: string): boolean {
  return services.some((one) => one.unit === unit) || missing !== undefined || unitsCount > services.length
}

// Can anyone reach this server? The worst listener decides; without listeners that could be read, nobody can tell.
import { usable } from './observation.ts'
import type { ObservedSections } from './subject.ts'
import type { Exposure } from './verdict.ts'

/** `until`: when the value of a section that fails now stops to count; null: it is fresh, or does not count already. */
export type ExposureFinding = { exposure: Exposure; until: number | null }

export function listenersExposure({ listeners }: ObservedSections, at: number): ExposureFinding {
  const read = usable(listeners, at)
  if (read.kind === 'observed') return { exposure: read.value.exposure, until: null }
  if (read.kind === 'not-re-read') return { exposure: read.value.exposure, until: read.until }
  return { exposure: 'unknown', until: null }
}

// Which sections are to be read again, and when the next one is. Pure; times are ms of a steady clock.
import { SECTION_NAMES, type SectionName } from '../shared/sections/names.ts'

/** Time between two looks when nothing wakes us. The sentinel has a watcher too: this is the look that stands behind it. */
export const CADENCE_MS: Readonly<Record<SectionName, number>> = {
  host: 3_600_000,
  boot: 15_000,
  sentinel: 30_000,
  kernel: 300_000,
  listeners: 15_000,
  packages: 30_000,
  exposure: 15_000,
  processes: 300_000,
  updates: 30_000,
  components: 60_000,
}

export type LastLooks = Readonly<Partial<Record<SectionName, number>>>

/**
 * Sections due at `nowMs`, in report order. `requested` ones are due whatever their age.
 * The boot is read with every look at the sentinel, so that a cleared flag is never sent with the boot it was set in; what
 * the ports were judged from with every look at them, so that the two never tell of different scans for long; who changed
 * packages with every look at their list, so that a change is never told without its author; components with what runs,
 * which one scan tells of.
 */
export function dueSections(lastLooks: LastLooks, requested: ReadonlySet<SectionName>, nowMs: number): SectionName[] {
  const due = new Set(SECTION_NAMES.filter((name) => requested.has(name) || nowMs >= dueAt(lastLooks, name)))
  if (due.has('sentinel')) due.add('boot')
  if (due.has('listeners')) due.add('exposure')
  if (due.has('packages')) due.add('updates')
  if (due.has('processes')) due.add('components')
  return SECTION_NAMES.filter((name) => due.has(name))
}

/** When the next section falls due; -Infinity while one was never read. */
export function nextDueAt(lastLooks: LastLooks): number {
  return Math.min(...SECTION_NAMES.map((name) => dueAt(lastLooks, name)))
}

function dueAt(lastLooks: LastLooks, name: SectionName): number {
  const last = lastLooks[name]
  return last === undefined ? -Infinity : last + CADENCE_MS[name]
}

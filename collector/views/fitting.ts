// Lists are kept small: a host that names a thousand packages must not make every list of servers slow.
import type { OpenPorts } from './listeners-view.ts'
import type { OutdatedView } from './outdated-view.ts'

/** A port takes some 90 characters of JSON: with the longest of everything else, a row stays below 2 KB. */
const PORTS_MAX = 5
/** Characters of their units. */
const UNITS_LENGTH_MAX = 200
/** Characters of package names, and of tags, that one server may bring into a list. */
const NAMES_LENGTH_MAX = 400
const TAGS_LENGTH_MAX = 400

/** The first ports that fit; the others are counted. */
export function fittingPorts({ openPorts, openPortsMore }: OpenPorts): OpenPorts {
  if (openPorts === null || openPortsMore === null) return { openPorts, openPortsMore }
  const shown = fitting(openPorts.slice(0, PORTS_MAX), ({ unit }) => unit?.length ?? 0, UNITS_LENGTH_MAX)
  return { openPorts: shown, openPortsMore: openPortsMore + openPorts.length - shown.length }
}

/** The first units that fit; the others are counted. */
export function fittingOutdated({ processes, units, unitsMore }: OutdatedView): OutdatedView {
  const shown = fitting(units, (unit) => unit.length, UNITS_LENGTH_MAX)
  return { processes, units: shown, unitsMore: unitsMore + units.length - shown.length }
}

/** The first names that fit. */
export function fittingNames(names: readonly string[]): string[] {
  return fitting(names, (name) => name.length, NAMES_LENGTH_MAX)
}

/** The first tags that fit. */
export function fittingTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(tags)
  return Object.fromEntries(fitting(entries, ([key, value]) => key.length + value.length, TAGS_LENGTH_MAX))
}

function fitting<T>(items: readonly T[], lengthOf: (item: T) => number, lengthMax: number): T[] {
  let left = lengthMax
  const end = items.findIndex((item) => (left -= lengthOf(item)) < 0)
  return end === -1 ? [...items] : items.slice(0, end)
}

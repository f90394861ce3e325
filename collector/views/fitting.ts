// Lists are kept small: a host that names a thousand packages must not make every list of servers slow.
import type { OpenPorts } from './listeners-view.ts'
import type { SnoozeView } from './operators-view.ts'
import type { OpenServiceView, OutdatedView } from './outdated-view.ts'

/** A port takes some 90 characters of JSON: with the longest of everything else, a row stays below 2 KB. */
const PORTS_MAX = 5
/** Characters of their units, and of those that run replaced code. */
const UNITS_LENGTH_MAX = 200
const OLD_UNITS_LENGTH_MAX = 100
/** Of the service that is named, characters of its packages and how many of its ports. */
const SERVICE_PACKAGES_LENGTH_MAX = 40
const SERVICE_PORTS_MAX = 1
/** Characters of package names, and of tags, that one server may bring into a list. */
const NAMES_LENGTH_MAX = 370
const TAGS_LENGTH_MAX = 370
/** Of each of the two, what a snooze takes, what a service does that is named, and ids in the headline known to be exploited. */
const SNOOZE_LENGTH = 140
const SERVICE_LENGTH = 150
const EXPLOITED_LENGTH = 80
const SNOOZE_REASON_LENGTH_MAX = 60

/** The first ports that fit; the others are counted. */
export function fittingPorts({ openPorts, openPortsMore }: OpenPorts): OpenPorts {
  if (openPorts === null || openPortsMore === null) return { openPorts, openPortsMore }
  const shown = fitting(openPorts.slice(0, PORTS_MAX), ({ unit }) => unit?.length ?? 0, UNITS_LENGTH_MAX)
  return { openPorts: shown, openPortsMore: openPortsMore + openPorts.length - shown.length }
}

/** The first units that fit, and the worst of the services that strangers may reach; the others are counted. */
export function fittingOutdated({ processes, units, unitsMore, openServices }: OutdatedView): OutdatedView {
  const [worst, ...others] = openServices.map(fittingService)
  const shown = fitting(units, (unit) => unit.length, OLD_UNITS_LENGTH_MAX - lengthOfService(worst))
  return {
    processes,
    units: shown,
    unitsMore: unitsMore + units.length - shown.length,
    openServices: worst === undefined ? [] : [worst],
    openServicesMore: others.length,
  }
}

function fittingService({ ports, packages, packagesMore, ...service }: OpenServiceView): OpenServiceView {
  const shown = fitting(packages, (name) => name.length, SERVICE_PACKAGES_LENGTH_MAX)
  const more = packagesMore + packages.length - shown.length
  return { ...service, packages: shown, packagesMore: more, ports: ports.slice(0, SERVICE_PORTS_MAX) }
}

function lengthOfService(service: OpenServiceView | undefined): number {
  return service === undefined ? 0 : service.unit.length + service.packages.join('').length
}

/** With as much of its reason as fits. */
export function fittingSnooze(snooze: SnoozeView | null): SnoozeView | null {
  if (snooze === null || snooze.reason.length <= SNOOZE_REASON_LENGTH_MAX) return snooze
  return { ...snooze, reason: `${snooze.reason.slice(0, SNOOZE_REASON_LENGTH_MAX - 1)}…` }
}

/** What else the row has to hold. */
export type Beside = { isSnoozed: boolean; hasService: boolean; isExploited: boolean }

/** The first names that fit. */
export function fittingNames(names: readonly string[], beside: Beside): string[] {
  return fitting(names, (name) => name.length, NAMES_LENGTH_MAX - lengthBeside(beside))
}

/** The first tags that fit. */
export function fittingTags(tags: Readonly<Record<string, string>>, beside: Beside): Record<string, string> {
  const lengthMax = TAGS_LENGTH_MAX - lengthBeside(beside)
  const entries = Object.entries(tags)
  return Object.fromEntries(fitting(entries, ([key, value]) => key.length + value.length, lengthMax))
}

function lengthBeside({ isSnoozed, hasService, isExploited }: Beside): number {
  return (isSnoozed ? SNOOZE_LENGTH : 0) + (hasService ? SERVICE_LENGTH : 0) + (isExploited ? EXPLOITED_LENGTH : 0)
}

function fitting<T>(items: readonly T[], lengthOf: (item: T) => number, lengthMax: number): T[] {
  let left = lengthMax
  const end = items.findIndex((item) => (left -= lengthOf(item)) < 0)
  return end === -1 ? [...items] : items.slice(0, end)
}

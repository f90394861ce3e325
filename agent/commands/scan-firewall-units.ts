// What systemd is told to let through to the units that listen, from their files, systemd.unit(5).
import { assignments, UNIT_FILTER_KEYS, type UnitFilter, unitFilterOf } from '../exposure/unit-filter.ts'
import type { ListeningSocket } from '../exposure/sockets.ts'
import type { Host } from '../host/host.ts'

export type UnitFilters = (cgroup: string) => UnitFilter | null

/** In the order in which the first file wins. */
const DIRECTORIES = [
  '/etc/systemd/system.control',
  '/run/systemd/system.control',
  '/run/systemd/transient',
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
]
const UNIT = /^[\w:.\\@-]+\.(?:service|socket|scope|slice)$/

export async function readUnitFilters(
  host: Host,
  sockets: readonly ListeningSocket[],
): Promise<{ of: UnitFilters; text: string }> {
  const cgroups = new Set(sockets.flatMap(({ cgroup }) => cgroup ?? []))
  const units = new Set([...cgroups].flatMap(unitsOf))
  const paths = await knownPaths(host)
  const texts = new Map<string, string[]>()
  for (const unit of units) {
    const read = (await textsOf(host, paths, unit)).filter((text) =>
      assignments(text).some(([key]) => UNIT_FILTER_KEYS.has(key)),
    )
    if (read.length > 0) texts.set(unit, read)
  }
  const filters = new Map([...cgroups].map((cgroup) => [cgroup, filterIn(texts, cgroup)]))
  return { of: (cgroup) => filters.get(cgroup) ?? null, text: JSON.stringify([...texts]) }
}

function filterIn(texts: ReadonlyMap<string, readonly string[]>, cgroup: string): UnitFilter | null {
  const found = unitsOf(cgroup).flatMap((unit) => [texts.get(unit) ?? []])
  return found.every((each) => each.length === 0) ? null : unitFilterOf(found)
}

/** The slice around all others; no path names it. */
const ROOT_SLICE = '-.slice'

/** The unit that holds a socket, and the slices around it. */
function unitsOf(cgroup: string): string[] {
  const named = cgroup.split('/').filter((part) => UNIT.test(part))
  return [...named.toReversed(), ROOT_SLICE]
}

/** "nginx.service" of "/system.slice/nginx.service"; null for what is no unit. */
export function unitOf(cgroup: string | null): string | null {
  const [unit] = cgroup === null ? [] : unitsOf(cgroup)
  return unit === undefined || unit.endsWith('.slice') ? null : unit
}

/** Looked up once: two hundred units have thousands of places that might hold something, and hardly one does. */
export async function knownPaths(host: Host): Promise<ReadonlySet<string>> {
  const found = await Promise.all(
    DIRECTORIES.map(async (directory) => {
      const names = await host.list(directory).catch(() => [])
      return names.map((name) => `${directory}/${name}`)
    }),
  )
  return new Set(found.flat())
}

/** The unit's file and its drop-ins, in the order in which the later one wins. `paths`: the known ones. */
export async function textsOf(host: Host, paths: ReadonlySet<string>, unit: string): Promise<string[]> {
  const names = [...new Set([unit, templateOf(unit)])]
  const main = await firstText(
    host,
    DIRECTORIES.flatMap((directory) => names.map((name) => `${directory}/${name}`)).filter((path) => paths.has(path)),
  )
  const dropIns = await Promise.all(
    DIRECTORIES.flatMap((directory) => dropInNames(unit).map((name) => `${directory}/${name}.d`))
      .filter((path) => paths.has(path))
      .map((path) => dropInsIn(host, path)),
  )
  // Of two with one name the first counts, wherever they lie.
  const byName = new Map(
    dropIns
      .flat()
      .toReversed()
      .map(({ name, text }) => [name, text]),
  )
  const sorted = [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return [...(main === null ? [] : [main]), ...sorted.map(([, text]) => text)]
}

/** "foo-bar.service" has those of "foo-.service" and of "service" as well: systemd.unit(5). */
function dropInNames(unit: string): string[] {
  const dot = unit.lastIndexOf('.')
  const [stem, type] = [unit.slice(0, dot), unit.slice(dot + 1)]
  const dashes = [...stem.slice(0, -1).matchAll(/-/g)].map(({ index }) => `${stem.slice(0, index + 1)}.${type}`)
  return [...new Set([unit, templateOf(unit), ...dashes.toReversed(), type])]
}

/** "getty@.service" of "getty@tty1.service"; any other unit is its own. */
function templateOf(unit: string): string {
  const [at, dot] = [unit.indexOf('@'), unit.lastIndexOf('.')]
  return at === -1 || dot < at ? unit : `${unit.slice(0, at + 1)}${unit.slice(dot)}`
}

async function firstText(host: Host, paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    const text = await host.readText(path).catch(() => null)
    if (text !== null) return text
  }
  return null
}

async function dropInsIn(host: Host, directory: string): Promise<{ name: string; text: string }[]> {
  const names = (await host.list(directory).catch(() => [])).filter((name) => name.endsWith('.conf'))
  return await Promise.all(
    names.map(async (name) => ({ name, text: await host.readText(`${directory}/${name}`).catch(() => '') })),
  )
}

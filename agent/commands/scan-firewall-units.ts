// What systemd is told to let through to the units that listen, from their files, systemd.unit(5).
import { assignments, parseUnitFilter, type UnitFilter } from '../exposure/unit-filter.ts'
import type { ListeningSocket } from '../exposure/sockets.ts'
import type { Host } from '../host/host.ts'

export type UnitFilters = (cgroup: string) => readonly UnitFilter[]

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
const FILTERS = new Set(['IPAddressAllow', 'IPAddressDeny', 'RestrictNetworkInterfaces'])

export async function readUnitFilters(
  host: Host,
  sockets: readonly ListeningSocket[],
): Promise<{ of: UnitFilters; text: string }> {
  const cgroups = new Set(sockets.flatMap(({ cgroup }) => cgroup ?? []))
  const units = new Set([...cgroups].flatMap(unitsOf))
  const texts = new Map<string, string[]>()
  for (const unit of units) {
    const read = (await textsOf(host, unit)).filter((text) => assignments(text).some(([key]) => FILTERS.has(key)))
    if (read.length > 0) texts.set(unit, read)
  }
  const of: UnitFilters = (cgroup) =>
    unitsOf(cgroup).flatMap((unit) => {
      const found = texts.get(unit)
      return found === undefined ? [] : [parseUnitFilter(found)]
    })
  return { of, text: JSON.stringify([...texts]) }
}

/** The unit that holds a socket, and the slices around it. */
function unitsOf(cgroup: string): string[] {
  return cgroup
    .split('/')
    .filter((part) => UNIT.test(part))
    .toReversed()
}

/** "nginx.service" of "/system.slice/nginx.service"; null for what is no unit. */
export function unitOf(cgroup: string | null): string | null {
  const [unit] = cgroup === null ? [] : unitsOf(cgroup)
  return unit === undefined || unit.endsWith('.slice') ? null : unit
}

async function textsOf(host: Host, unit: string): Promise<string[]> {
  const template = templateOf(unit)
  const names = [...new Set([unit, template])]
  const main = await firstText(
    host,
    DIRECTORIES.flatMap((directory) => names.map((name) => `${directory}/${name}`)),
  )
  const dropIns = await Promise.all(
    DIRECTORIES.flatMap((directory) => names.map((name) => dropInsIn(host, `${directory}/${name}.d`))),
  )
  const sorted = dropIns.flat().toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return [...(main === null ? [] : [main]), ...sorted.map(({ text }) => text)]
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

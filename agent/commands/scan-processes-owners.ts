// Whose are the files that processes still run? From dpkg's lists, and from its log for packages that are gone.
import { Owners, WantedFiles } from '../processes/owners.ts'
import type { Host } from '../host/host.ts'
import { packageLists } from '../host/package-lists.ts'
import { epochOf, timeZoneOf } from '../probes/time-zone.ts'

/** The lists are read only if there is something to look for. `root`: of a recorded host. */
export async function readOwners(host: Host, root: string | null, paths: ReadonlySet<string>): Promise<Owners> {
  if (paths.size === 0) return new Owners()
  const listed = readLists(root, paths, new Owners())
  const strangers = [...paths].filter((path) => listed.of(path) === null)
  if (strangers.every((path) => !path.includes('.so.'))) return listed
  return readLists(root, paths, new Owners(await readRemoved(host)))
}

function readLists(root: string | null, paths: ReadonlySet<string>, owners: Owners): Owners {
  const wanted = new WantedFiles(paths)
  for (const { package: name, bytes, changedAtMs } of packageLists(root)) {
    owners.hasLists = true
    if (!wanted.mayBeIn(bytes)) continue
    for (const line of bytes.toString('utf8').split('\n')) {
      if (wanted.isWanted(line)) owners.add(line, { package: name, changedAtMs })
    }
  }
  return owners
}

const LOGS = ['/var/log/dpkg.log.1', '/var/log/dpkg.log']
/** "2026-11-22 04:46:21 remove libssl1.1:amd64 1.1.1w-0+deb11u2 <none>", also from an upgrade that replaces one by another. */
const REMOVAL = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?:remove|purge|disappear) ([^\s:]+)/

/** By name, when it went last, epoch ms. What cannot be read names nobody. */
async function readRemoved(host: Host): Promise<Map<string, number>> {
  const removed = new Map<string, number>()
  const zone = await timeZoneOf(host).catch(() => null)
  if (zone === null) return removed
  for (const log of LOGS) {
    try {
      for await (const line of host.readLines(log)) {
        const [, time, name] = REMOVAL.exec(line) ?? []
        if (time !== undefined && name !== undefined) removed.set(name, epochOf(time, zone))
      }
    } catch {
      // Rotated away, or never there: then nothing is known of packages that are gone.
    }
  }
  return removed
}

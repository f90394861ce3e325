// "Did a package ask for a restart?": /run/reboot-required and the package names in /run/reboot-required.pkgs, written
// by maintainer scripts as root. Both may be rewritten, duplicated, localised or split between /run and /var/run.
// Cannot see: a need nobody wrote down. Debian alone writes no flag for a new kernel; see kernel.ts.
import { FLAG_BYTES_MAX, FLAG_PACKAGES_MAX, PACKAGE_NAME_LENGTH_MAX } from '../../shared/protocol/limits.ts'
import { absent, failed, observed } from '../../shared/sections/section.ts'
import type { SentinelSection } from '../../shared/sections/sentinel.ts'
import type { Moment } from '../../shared/sections/text.ts'
import { HostError, isMissing, type Host } from '../host/host.ts'
import { reasonOf } from '../host/host-errors.ts'
import { bootTimeMs, toMoment } from './boot-time.ts'
import { earliestInstall } from './dpkg-log.ts'
import { earliestEvidence } from './evidence.ts'
import { fileSystemOf, parseMountinfo } from './mountinfo.ts'
import { orNull, orNullIfMissing } from './optional-read.ts'
import type { Probe, ProbeContext } from './probe.ts'
import { firstLine, plainText } from './text.ts'

const DIRECTORIES = ['/run', '/var/run'] as const
const ROOT_UID = 0
/** RTC and clock corrections at boot: a flag this much older than the boot may still be of it. */
const CLOCK_SLACK_MS = 120_000

const NO_FLAG: SentinelSection = {
  present: false,
  stale: false,
  packages: [],
  packagesProblem: null,
  text: null,
  sources: [],
  since: null,
}

export const sentinelProbe: Probe<SentinelSection> = {
  section: 'sentinel',
  async read(context) {
    const { host, memory } = context
    const places = await distinctPlaces(host)
    if (places.length === 0) return absent('there is no /run')
    const looks = await Promise.all(places.map((place) => lookAtFlag(host, place)))
    const flags = looks.filter((look) => look.found === 'flag')
    const problem = looks.find((look) => look.found === 'problem')
    if (flags.length === 0 && problem !== undefined) return failed(problem.reason)
    const counting = await withoutStale(host, flags)
    if (counting.length === 0) memory.sawNoFlag = true
    if (flags.length === 0) return observed(NO_FLAG)
    const named = await readPackages(host, places)
    return observed({
      ...named,
      present: true,
      stale: counting.length === 0,
      text: flags.find((flag) => flag.text !== null)?.text ?? null,
      sources: flags.map((flag) => flag.path),
      since: counting.length === 0 ? null : await since(context, counting, named.packages ?? []),
    })
  },
}

type Place = { directory: string; canonical: string }
type Flag = {
  found: 'flag'
  path: string
  canonical: string
  text: string | null
  birthMs: number | null
  mtimeMs: number | null
}
type Look = Flag | { found: 'nothing' } | { found: 'problem'; reason: string }

/** /var/run is a link to /run nearly everywhere. Where it is not, writers split the two files between them. */
async function distinctPlaces(host: Host): Promise<Place[]> {
  const places: Place[] = []
  for (const directory of DIRECTORIES) {
    const canonical = await orNullIfMissing(host.realPath(directory))
    if (canonical === null || places.some((place) => place.canonical === canonical)) continue
    if ((await host.facts(canonical)).kind === 'directory') places.push({ directory, canonical })
  }
  return places
}

async function lookAtFlag(host: Host, { directory, canonical }: Place): Promise<Look> {
  const path = `${directory}/reboot-required`
  try {
    const facts = await host.facts(path)
    const isTrustworthy = facts.kind === 'file' && facts.uid === ROOT_UID
    const text = await readFlagText(host, path, isTrustworthy)
    return { found: 'flag', path, canonical, text, birthMs: facts.birthMs, mtimeMs: facts.mtimeMs }
  } catch (error) {
    return isMissing(error) ? { found: 'nothing' } : { found: 'problem', reason: reasonOf(error) }
  }
}

/** A flag that may not be read (a hook ran with umask 077) or is absurdly long is a flag all the same. */
async function readFlagText(host: Host, path: string, isTrustworthy: boolean): Promise<string | null> {
  try {
    return firstLine(await host.readRootText(path, { maxBytes: FLAG_BYTES_MAX }))
  } catch (error) {
    const stands = error instanceof HostError && (error.code === 'EACCES' || error.code === 'TOO-LARGE')
    if (isTrustworthy && stands) return null
    throw error
  }
}

/** On a /run that survives a restart, a flag older than the boot speaks of the previous one. Never so on tmpfs. */
async function withoutStale(host: Host, flags: readonly Flag[]): Promise<Flag[]> {
  if (flags.length === 0) return []
  // Where it cannot be read, nothing is left out: a flag too many is seen by a person, one too few by nobody.
  const mounts = parseMountinfo((await orNull(host.readText('/proc/self/mountinfo'))) ?? '')
  const isVolatile = ({ canonical }: Flag) => ['tmpfs', 'ramfs', null].includes(fileSystemOf(mounts, canonical))
  if (flags.every(isVolatile)) return [...flags]
  const oldest = (await bootTimeMs(host)) - CLOCK_SLACK_MS
  return flags.filter((flag) => isVolatile(flag) || flag.mtimeMs === null || flag.mtimeMs >= oldest)
}

type Named = Pick<SentinelSection, 'packages' | 'packagesProblem'>

/** Names of all places: where the two files are split, the flag lies in one and its names in the other. */
async function readPackages(host: Host, places: readonly Place[]): Promise<Named> {
  const names: string[] = []
  for (const { directory } of places) {
    const look = host.readRootText(`${directory}/reboot-required.pkgs`, { maxBytes: FLAG_BYTES_MAX })
    try {
      names.push(...parsePackageNames((await orNullIfMissing(look)) ?? ''))
    } catch (error) {
      return { packages: null, packagesProblem: reasonOf(error) }
    }
  }
  return { packages: [...new Set(names)].slice(0, FLAG_PACKAGES_MAX), packagesProblem: null }
}

/** Any token counts: "snap:core22" is no dpkg name, blank lines and carriage returns are no names. Order is kept. */
export function parsePackageNames(text: string): string[] {
  return text
    .split(/\s+/)
    .filter((token) => token !== '')
    .map((token) => plainText(token, PACKAGE_NAME_LENGTH_MAX))
}

/** Never the flag's mtime, which every later writer moves. The log is read only for a flag memory does not know yet. */
async function since({ host, memory }: ProbeContext, flags: readonly Flag[], packages: string[]): Promise<Moment> {
  const known = memory.recall('sentinel')
  if (known !== null) return known
  const bootedAt = await bootTimeMs(host)
  const installedAt = await earliestInstall(host, packages, bootedAt)
  const evidence = earliestEvidence([...flags.map((flag) => flag.birthMs), installedAt], bootedAt, host.now())
  const moment =
    evidence === null
      ? toMoment(host, host.now(), memory.sawNoFlag ? 'observed' : 'upper-bound')
      : toMoment(host, evidence, 'exact')
  return memory.earliest('sentinel', moment)
}

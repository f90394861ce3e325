// "Did a package ask for a restart?": /run/reboot-required and the package names in /run/reboot-required.pkgs, written
// by maintainer scripts as root. Both may be rewritten, duplicated, localised or split between /run and /var/run. What other
// systems leave instead is in other-asks.ts.
// Cannot see: a need nobody wrote down. Debian alone writes no flag for a new kernel; see kernel.ts.
import { FLAG_BYTES_MAX, FLAG_PACKAGES_MAX, PACKAGE_NAME_LENGTH_MAX } from '../../shared/protocol/limits.ts'
import { absent, failed, observed } from '../../shared/sections/section.ts'
import type { SentinelSection } from '../../shared/sections/sentinel.ts'
import type { Moment } from '../../shared/sections/text.ts'
import type { Host } from '../host/host.ts'
import { reasonOf } from '../host/host-errors.ts'
import { bootTimeMs, toMoment } from './boot-time.ts'
import { earliestInstall } from './dpkg-log.ts'
import { earliestEvidence } from './evidence.ts'
import { type Flag, lookAtFlag, withoutStale } from './flag-file.ts'
import { orNullIfMissing } from './optional-read.ts'
import { readOtherAsks } from './other-asks.ts'
import type { Probe, ProbeContext } from './probe.ts'
import { plainText } from './text.ts'

const DIRECTORIES = ['/run', '/var/run'] as const

const NO_FLAG: FoundFlag['value'] = {
  present: false,
  stale: false,
  packages: [],
  packagesProblem: null,
  text: null,
  sources: [],
}

export const sentinelProbe: Probe<SentinelSection> = {
  section: 'sentinel',
  async read(context) {
    const { host, memory } = context
    const places = await distinctPlaces(host)
    if (places.length === 0) return absent('there is no /run')
    const found = await readFlag(host, places)
    const others = await readOtherAsks(context)
    const problem = found.problem ?? others.problem
    if (!found.value.present && !others.isAsking && problem !== null) return failed(problem)
    const isAsking = found.counting.length > 0 || others.isAsking
    if (!isAsking) memory.sawNoFlag = true
    const times = [...found.counting.map((flag) => flag.birthMs), ...others.times]
    const first = isAsking ? await since(context, times, found.value.packages ?? []) : null
    return observed({ ...found.value, since: first, ...others.parts })
  },
}

type FoundFlag = { value: Omit<SentinelSection, 'since'>; counting: readonly Flag[]; problem: string | null }

async function readFlag(host: Host, places: readonly Place[]): Promise<FoundFlag> {
  const looks = await Promise.all(
    places.map(({ directory, canonical }) => lookAtFlag(host, `${directory}/reboot-required`, canonical)),
  )
  const flags = looks.filter((look) => look.found === 'flag')
  const problem = looks.find((look) => look.found === 'problem')?.reason ?? null
  if (flags.length === 0) return { value: NO_FLAG, counting: [], problem }
  const counting = await withoutStale(host, flags)
  const value = {
    present: true,
    stale: counting.length === 0,
    ...(await readPackages(host, places)),
    text: flags.find((flag) => flag.text !== null)?.text ?? null,
    sources: flags.map((flag) => flag.path),
  }
  return { value, counting, problem }
}

type Place = { directory: string; canonical: string }

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

/** Never a flag's mtime, which every later writer moves. The log is read only for a need memory does not know yet. */
async function since(
  { host, memory }: ProbeContext,
  times: readonly (number | null)[],
  packages: string[],
): Promise<Moment> {
  const known = memory.recall('sentinel')
  if (known !== null) return known
  const bootedAt = await bootTimeMs(host)
  const installedAt = await earliestInstall(host, packages, bootedAt)
  const evidence = earliestEvidence([...times, installedAt], bootedAt, host.now())
  const moment =
    evidence === null
      ? toMoment(host, host.now(), memory.sawNoFlag ? 'observed' : 'upper-bound')
      : toMoment(host, evidence, 'exact')
  return memory.earliest('sentinel', moment)
}

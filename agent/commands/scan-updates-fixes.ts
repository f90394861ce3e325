// What upgrades fixed, out of the changelogs that packages leave on the host. They have megabytes, and so many ids that the
// resident agent keeps away from them: this runs in the scan of updates. Bounded in bytes and time; where a bound,
// a missing file or a cut one ends the look, it says so.
// Cannot see: what a changelog does not name, and packages that a container image was stripped of their changelogs for.
import { FIX_CVES_MAX, FIX_CVES_TOTAL_MAX, FIXES_MAX } from '../../shared/protocol/limits.ts'
import type { PackageFix } from '../../shared/sections/updates.ts'
import { isMissing, type Host } from '../host/host.ts'
import { reasonOf } from '../host/host-errors.ts'
import { readKernelPackages } from '../probes/dpkg-kernels.ts'
import {
  DPKG_STATUS,
  type InstalledPackage,
  readInstalledPackages,
  STATUS_FIELDS_WITH_SOURCE,
} from '../probes/dpkg-status.ts'
import { readPackageRuns } from '../probes/package-runs.ts'
import { readRunningKernel } from '../probes/running-kernel.ts'
import { readVirtualization } from '../probes/virtualization.ts'
import { Changelog, type FixedIds, type VersionRange } from '../updates/changelog.ts'
import { sourceRange } from '../updates/source-version.ts'
import { kernelUpgrade, type Upgrade, upgradesOf } from '../updates/wanted-fixes.ts'
import { changelogsOf, changelogsOfKernel } from './scan-updates-changelogs.ts'

/** Inflated, of one changelog. That of Debian's kernel has 8 MB, of which an upgrade needs the first. */
const CHANGELOG_BYTES_MAX = 16 * 1024 * 1024
/** After this long what is left is said to be not looked at. A hundred changelogs take about a second. */
const LOOK_MS_MAX = 20_000

export type FoundFixes = {
  fixes: PackageFix[]
  /** Another look at the same files finds the same: none of them failed, and there was time for all. */
  isFinal: boolean
}

/** Throws an Error that says why nothing is known. */
export async function findFixes(host: Host): Promise<FoundFixes> {
  const { runs, why } = await readPackageRuns(host)
  if (runs === null) throw new Error(why)
  const kernel = await kernelFix(host)
  const upgrades = upgradesOf(runs).filter((one) => one.package.split(':', 1)[0] !== kernel?.package)
  const fixes = new Fixes(host, await installedByName(host))
  const found: PackageFix[] = []
  if (kernel !== null) found.push(await fixes.ofKernel(kernel, kernel.release))
  for (const upgrade of upgrades.slice(0, FIXES_MAX - found.length)) {
    const fix = await fixes.of(upgrade)
    if (fix !== null) found.push(fix)
  }
  return { fixes: found, isFinal: fixes.isFinal }
}

async function kernelFix(host: Host): Promise<ReturnType<typeof kernelUpgrade>> {
  const { kind } = await readVirtualization(host)
  // The kernel of a container is its host's.
  const running = kind === 'container' || kind === 'wsl' ? null : await readRunningKernel(host)
  if (running === null) return null
  const packages = await readKernelPackages(host)
  const images = Array.from(packages).flatMap(([name, { isInstalled, version }]) => {
    const release = /^linux-image-(?:unsigned-)?(\d\S*)$/.exec(name)?.[1]
    return release === undefined || !isInstalled || version === null ? [] : [{ release, version }]
  })
  return kernelUpgrade(running, images)
}

async function installedByName(host: Host): Promise<Map<string, InstalledPackage>> {
  const lines = host.readLines(DPKG_STATUS, { starting: STATUS_FIELDS_WITH_SOURCE })
  const found = new Map<string, InstalledPackage>()
  for await (const one of readInstalledPackages(lines)) {
    // The logs name packages of all architectures with the host's own.
    found.set(`${one.name}:${one.architecture}`, one)
    if (!found.has(one.name)) found.set(one.name, one)
  }
  return found
}

class Fixes {
  readonly #host: Host
  readonly #installed: ReadonlyMap<string, InstalledPackage>
  /** By source and versions: what is built together has one changelog. */
  readonly #known = new Map<string, FixedIds>()
  readonly #endMs = performance.now() + LOOK_MS_MAX
  #left = FIX_CVES_TOTAL_MAX
  #isFinal = true

  constructor(host: Host, installed: ReadonlyMap<string, InstalledPackage>) {
    this.#host = host
    this.#installed = installed
  }

  get isFinal(): boolean {
    return this.#isFinal
  }

  /** Null for what is no longer installed. */
  async of(upgrade: Upgrade): Promise<PackageFix | null> {
    const name = upgrade.package.split(':', 1)[0] ?? ''
    const installed = this.#installed.get(upgrade.package) ?? this.#installed.get(name)
    if (installed === undefined) return null
    const { source, version } = installed
    const from = sourceRange(upgrade.from, version, source.version)?.from
    const to = sourceRange(upgrade.to, version, source.version)?.from
    if (from === undefined || to === undefined) {
      return this.#toFix(upgrade, { cves: [], missing: 'its versions are not those of its source' })
    }
    const key = `${source.name} ${from} ${to}`
    const known = this.#known.get(key)
    const ids = known ?? (await this.#read(changelogsOf(name), { from, to }))
    // Another package of the same source may have kept the changelog that this one lacks.
    if (ids.missing === null) this.#known.set(key, ids)
    return this.#toFix(upgrade, ids)
  }

  async ofKernel(upgrade: Upgrade, release: string): Promise<PackageFix> {
    return this.#toFix(upgrade, await this.#read(changelogsOfKernel(release), upgrade))
  }

  async #read(paths: readonly string[], { from, to }: VersionRange): Promise<FixedIds> {
    for (const path of paths) {
      const changelog = new Changelog({ from, to })
      try {
        for await (const line of this.#host.readLines(path, { maxBytes: CHANGELOG_BYTES_MAX })) {
          if (performance.now() > this.#endMs)
            return this.#cutShort(changelog, 'the look at the changelogs took too long')
          changelog.take(line)
          if (changelog.isDone) break
        }
        return changelog.result()
      } catch (error) {
        if (!isMissing(error)) return this.#cutShort(changelog, reasonOf(error))
      }
    }
    return { cves: [], missing: 'it has no changelog on this host' }
  }

  #cutShort(changelog: Changelog, why: string): FixedIds {
    this.#isFinal = false
    return changelog.result(why)
  }

  #toFix({ package: name, from, to, isInThisBoot }: Upgrade, { cves, missing }: FixedIds): PackageFix {
    const named = cves.slice(0, Math.min(this.#left, FIX_CVES_MAX))
    this.#left -= named.length
    const more = cves.length - named.length
    const time = isInThisBoot === undefined ? {} : { isInThisBoot }
    return { package: name, from, to, cves: named, more, missing, ...time }
  }
}

// Of which upgrades somebody wants to know what they fixed, and between which versions. Pure.
import { isSameFlavour } from '../../shared/judgement/kernel-flavour.ts'
import { compareReleases } from '../../shared/judgement/kernel-order.ts'
import { comparePackageVersions } from '../../shared/packages/version-order.ts'
import type { KernelSection } from '../../shared/sections/kernel.ts'
import type { PackageFix, PackageRun } from '../../shared/sections/updates.ts'

export type Upgrade = Pick<PackageFix, 'package' | 'from' | 'to' | 'isInThisBoot'>

/**
 * Each package once for this boot and once for what was before, the newest first: several upgrades of one package are one,
 * from what runs to what is installed. `runs` newest first.
 */
export function upgradesOf(runs: readonly PackageRun[]): Upgrade[] {
  const found = new Map<string, Upgrade>()
  for (const { at, changes } of runs) {
    // Where nothing tells when it was, it is not said to wait for a restart.
    const isInThisBoot = (at.uptimeMs ?? -1) >= 0
    for (const { package: name, from, to, action } of changes) {
      if (action !== 'upgrade' || from === null || to === null) continue
      const key = `${isInThisBoot} ${name}`
      const later = found.get(key)
      if (later !== undefined) later.from = from
      else found.set(key, { package: name, from, to, ...(isInThisBoot ? { isInThisBoot } : {}) })
    }
  }
  return [...found.values()].sort((a, b) => Number(b.isInThisBoot ?? false) - Number(a.isInThisBoot ?? false))
}

type KernelImage = { release: string; version: string }

/** From the kernel that runs to the newest of its flavour; null where that one runs, or nothing tells its version. */
export function kernelUpgrade(
  { release, packageVersion }: KernelSection['running'],
  images: readonly KernelImage[],
): (Upgrade & { release: string }) | null {
  const own = images.filter((image) => isSameFlavour(image.release, release))
  const next = own.reduce<KernelImage | null>(
    (best, image) => (best === null || isNewer(image, best) ? image : best),
    null,
  )
  const from = packageVersion ?? own.find((image) => image.release === release)?.version ?? null
  if (next === null || from === null || comparePackageVersions(next.version, from) <= 0) return null
  return { package: `linux-image-${next.release}`, from, to: next.version, isInThisBoot: true, release: next.release }
}

function isNewer(a: KernelImage, b: KernelImage): boolean {
  return compareReleases(a.release, b.release) > 0
}

// "Which kernel runs, which are installed?" Debian alone writes no flag for a new kernel, so this is a signal of its own.
// Facts only; whether they ask for a restart is judged later. The order of releases is needed here for one thing: to
// know when there is a newer kernel whose time of installation is worth looking for.
// Cannot see: what a boot menu, a firmware or a hypervisor picks instead.
import { isSameFlavour, splitRelease } from '../../shared/judgement/kernel-flavour.ts'
import { compareReleases } from '../../shared/judgement/kernel-order.ts'
import { comparePackageVersions } from '../../shared/packages/version-order.ts'
import { KERNELS_MAX, NAME_LENGTH_MAX } from '../../shared/protocol/limits.ts'
import type { InstalledKernel, KernelSection } from '../../shared/sections/kernel.ts'
import { absent, observed } from '../../shared/sections/section.ts'
import type { Moment } from '../../shared/sections/text.ts'
import { readBootDefault } from './boot-default.ts'
import { bootTimeMs, toMoment } from './boot-time.ts'
import { KernelPackages, type KernelPackage } from './dpkg-kernels.ts'
import { earliestInstall } from './dpkg-log.ts'
import { earliestEvidence } from './evidence.ts'
import { readKernelImages, type KernelImage } from './kernel-images.ts'
import { readModules } from './kernel-modules.ts'
import { readLivepatch } from './livepatch.ts'
import type { Probe, ProbeContext } from './probe.ts'
import { readRunningKernel } from './running-kernel.ts'
import { plainText } from './text.ts'
import { readVirtualization } from './virtualization.ts'

export const kernelProbe: Probe<KernelSection> = {
  section: 'kernel',
  async read(context) {
    const { host, kernels = new KernelPackages() } = context
    const { kind } = await readVirtualization(host)
    if (kind === 'container') return absent("container: the kernel is the host's")
    if (kind === 'wsl') return absent('WSL: the kernel belongs to Windows')
    const running = await readRunningKernel(host)
    if (running === null) return absent('there is no /proc/sys/kernel/osrelease')
    const modules = await readModules(host, running.release)
    const images = await readKernelImages(host)
    if (images.length === 0 && modules === null)
      return absent('no kernel image is installed: this machine is given its kernel from outside')

    const found = installedKernels(images, await kernels.read(host))
    const installed = found.map(({ kernel }) => kernel)
    const bootDefault = await readBootDefault(
      host,
      installed.map(({ release }) => release),
    )
    const waiting = found.filter((each) => isWaiting(each.kernel, running, bootDefault))
    const livepatch = await readLivepatch(context, running.release)
    return observed({
      running,
      installed,
      bootDefault,
      newestInstalled: await installMoment(context, waiting),
      ...(modules === null ? {} : { modules }),
      ...(livepatch === null ? {} : { livepatch }),
    })
  },
}

type Found = { kernel: InstalledKernel; birthMs: number | null }

/** Images whose package is installed, or that no package claims; sorted by name, so that equal hosts have equal digests. */
function installedKernels(images: readonly KernelImage[], packages: ReadonlyMap<string, KernelPackage>): Found[] {
  const kernels = images.flatMap(({ release, birthMs }) => {
    const owners = [`linux-image-${release}`, `linux-image-unsigned-${release}`].flatMap((name) => {
      const known = packages.get(name)
      return known === undefined ? [] : [{ name, ...known }]
    })
    const owner = owners.find(({ isInstalled }) => isInstalled)
    // Left behind by a package that is removed, or put there by one that dpkg could not finish.
    if (owner === undefined && owners.length > 0) return []
    const kernel = {
      release: plainText(release, NAME_LENGTH_MAX),
      package: owner?.name ?? null,
      packageVersion: owner?.version ?? null,
    }
    return [{ kernel, birthMs }]
  })
  return kernels.sort((a, b) => (a.kernel.release < b.kernel.release ? -1 : 1)).slice(-KERNELS_MAX)
}

/** Newer than what runs, and what the next boot may start. */
function isWaiting(kernel: InstalledKernel, running: KernelSection['running'], bootDefault: string | null): boolean {
  if (kernel.release === running.release) return isNewerBuild(kernel.packageVersion, running.packageVersion)
  const mayStart =
    bootDefault === null ? isSameFlavour(kernel.release, running.release) : kernel.release === bootDefault
  // Across flavours only the versions compare: "amd64" is not newer than "cloud-amd64".
  return mayStart && compareReleases(splitRelease(kernel.release).version, splitRelease(running.release).version) > 0
}

function isNewerBuild(installed: string | null, running: string | null): boolean {
  return installed !== null && running !== null && comparePackageVersions(installed, running) > 0
}

/** When the first of the waiting kernels came, if any waits. dpkg's log is read only for what memory does not know. */
async function installMoment({ host, memory }: ProbeContext, waiting: readonly Found[]): Promise<Moment | null> {
  if (waiting.length === 0) return null
  const known = memory.recall('kernel')
  if (known !== null) return known
  const bootedAt = await bootTimeMs(host)
  const packages = waiting.flatMap((each) => each.kernel.package ?? [])
  const times = [...waiting.map((each) => each.birthMs), await earliestInstall(host, packages, bootedAt)]
  const evidence = earliestEvidence(times, bootedAt, host.now())
  const moment = evidence === null ? toMoment(host, host.now(), 'upper-bound') : toMoment(host, evidence, 'exact')
  return memory.earliest('kernel', moment)
}

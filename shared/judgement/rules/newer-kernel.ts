// "A newer kernel than the running one starts at the next boot." What starts is what the boot loader points at, else the
// newest installed kernel of the running flavour. A server that runs something newer than that is never asked to restart.
import type { InstalledKernel, KernelSection } from '../../sections/kernel.ts'
import { isSameFlavour, splitRelease } from '../kernel-flavour.ts'
import { compareReleases } from '../kernel-order.ts'
import { usable, type Usable } from '../observation.ts'
import { blindFinding, toFinding, type Finding, type Rule } from './finding.ts'

const SUBJECT = { name: 'newer-kernel', source: '/boot' }
const OTHER = { name: 'other-kernel', source: '/boot' }

export const newerKernel: Rule = ({ sections, at, ownKernel }) => {
  const read = usable(sections.kernel, at)
  if (read.kind === 'absent' || !ownKernel) return []
  if (read.kind === 'failed' || read.kind === 'missing') return [blindFinding(SUBJECT, read)]
  const next = nextBoot(read.value)
  return [weighNext(read, next), ...hintAtOthers(read, next)]
}

type Readable = Extract<Usable<KernelSection>, { value: unknown }>

/** Which kernel starts next; null when that cannot be told. A link to something not installed cannot boot. */
export function nextBoot({ running, installed, bootDefault }: KernelSection): InstalledKernel | null {
  const linked = installed.find((kernel) => kernel.release === bootDefault)
  return linked ?? newest(installed.filter((kernel) => isSameFlavour(kernel.release, running.release)))
}

function weighNext(read: Readable, next: InstalledKernel | null): Finding {
  const running = read.value.running.release
  const value = next === null ? `running ${running}` : `running ${running}, next boot ${next.release}`
  if (next === null) {
    const why = 'No kernel of the running flavour is installed here, so what starts next is not this host’s to say.'
    return toFinding(SUBJECT, read, { value, role: 'informs', says: 'not-required', why })
  }
  const order = compareForBoot(next.release, running)
  if (order > 0) {
    const packages = [next.package ?? `kernel ${next.release}`]
    const why = 'The next boot starts a newer kernel than the one running.'
    return toFinding(SUBJECT, read, { value, role: 'decides', says: 'required', why, packages, kernelOnly: true })
  }
  if (order < 0) {
    const why = 'The running kernel is newer than the one the next boot starts: a note, no reason to restart.'
    return toFinding(SUBJECT, read, { value, role: 'informs', says: 'not-required', why })
  }
  const why = 'The running kernel is the one the next boot starts.'
  return toFinding(SUBJECT, read, { value, role: 'decides', says: 'not-required', why })
}

/** Kernels that are newer but will not start by themselves. */
function hintAtOthers(read: Readable, next: InstalledKernel | null): Finding[] {
  const { running, installed } = read.value
  const others = installed.filter(
    (kernel) =>
      kernel.release !== next?.release &&
      compareForBoot(kernel.release, running.release) > 0 &&
      (next === null || compareForBoot(kernel.release, next.release) > 0),
  )
  const other = newest(others)
  if (other === null) return []
  const why = isSameFlavour(other.release, running.release)
    ? 'A newer kernel is installed, but the boot loader points at another one.'
    : 'A newer kernel of another flavour is installed: a hint, no reason to restart.'
  return [toFinding(OTHER, read, { value: other.release, role: 'informs', says: 'not-required', why })]
}

function newest(kernels: readonly InstalledKernel[]): InstalledKernel | null {
  return kernels.reduce<InstalledKernel | null>(
    (best, kernel) => (best === null || compareReleases(kernel.release, best.release) > 0 ? kernel : best),
    null,
  )
}

/** Across flavours only the versions compare: `amd64` is not newer than `cloud-amd64`. */
function compareForBoot(a: string, b: string): number {
  return a === b ? 0 : compareReleases(splitRelease(a).version, splitRelease(b).version)
}

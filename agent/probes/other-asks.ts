// "Who but Debian's flag asks for a restart?": marks of other systems, core packages of rpm installed since the boot, and an image
// that waits for the next boot. What takes commands to find out, the scan of the inventory found out.
import { FLAG_PACKAGES_MAX } from '../../shared/protocol/limits.ts'
import type { SentinelSection } from '../../shared/sections/sentinel.ts'
import type { Host } from '../host/host.ts'
import { reasonOf } from '../host/host-errors.ts'
import { bootTimeMs } from './boot-time.ts'
import { currentFamilyFacts, type FoundFamilies } from './family-facts.ts'
import { lookAtFlag } from './flag-file.ts'
import type { ProbeContext } from './probe.ts'
import { readRebootMarks, toRebootMark } from './reboot-marks.ts'
import { hasRpmPackages, isThere } from './rpm-packages.ts'

export type OtherAsks = {
  /** Only what this host has. */
  parts: Pick<SentinelSection, 'marks' | 'core' | 'image'>
  /** Does any of them ask? */
  isAsking: boolean
  /** When they began to, as far as that was written down; epoch ms. */
  times: (number | null)[]
  /** Why a mark may be there that was not seen. */
  problem: string | null
}

export async function readOtherAsks(context: ProbeContext): Promise<OtherAsks> {
  const { host } = context
  const { marks, problem } = await readRebootMarks(host)
  const scanned = await currentFamilyFacts(context)
  const core = await corePart(host, scanned)
  const image = await imagePart(host, scanned)
  return {
    parts: {
      ...(marks.length === 0 ? {} : { marks: marks.map(toRebootMark) }),
      ...(core === null ? {} : { core: core.value }),
      ...(image === null ? {} : { image: image.value }),
    },
    isAsking: marks.length > 0 || (core?.value.packages?.length ?? 0) > 0 || (image?.value.next ?? null) !== null,
    times: [...marks.map(({ birthMs }) => birthMs), ...(core?.times ?? []), image?.birthMs ?? null],
    problem,
  }
}

type CorePart = { value: NonNullable<SentinelSection['core']>; times: number[] }

/** Null where packages are not rpm's. */
async function corePart(host: Host, scanned: FoundFamilies): Promise<CorePart | null> {
  try {
    if (!(await hasRpmPackages(host))) return null
  } catch (error) {
    return { value: { packages: null, problem: reasonOf(error) }, times: [] }
  }
  const core = scanned.facts?.core ?? null
  if (core === null) {
    const problem = scanned.why ?? scanned.facts.missing.core ?? 'the scan did not say why'
    return { value: { packages: null, problem }, times: [] }
  }
  const bootedAt = await bootTimeMs(host)
  const since = core.filter(({ installedAt }) => installedAt * 1000 > bootedAt).slice(0, FLAG_PACKAGES_MAX)
  return {
    value: { packages: since.map(({ name }) => name), problem: null },
    times: since.map(({ installedAt }) => installedAt * 1000),
  }
}

const BOOTED = '/run/ostree-booted'
/** Written when an image is staged, and gone when it is not: ostree, and bootc on it. */
const STAGED = { directory: '/run/ostree', path: '/run/ostree/staged-deployment' }

type ImagePart = { value: NonNullable<SentinelSection['image']>; birthMs: number | null }

/** Null where the host was not started from an image. What is staged is seen at once; a rollback takes a scan. */
async function imagePart(host: Host, scanned: FoundFamilies): Promise<ImagePart | null> {
  try {
    if (!(await isThere(host, BOOTED))) return null
    const staged = await lookAtFlag(host, STAGED.path, STAGED.directory)
    const named = scanned.facts?.image?.next ?? null
    if (staged.found === 'flag') return { value: { next: named ?? 'staged', problem: null }, birthMs: staged.birthMs }
    const problem = staged.found === 'problem' ? staged.reason : (scanned.why ?? scanned.facts.missing.image ?? null)
    return { value: { next: named, problem: named === null ? problem : null }, birthMs: null }
  } catch (error) {
    return { value: { next: null, problem: reasonOf(error) }, birthMs: null }
  }
}

// "A package asked for a restart." Whoever installs packages decides, by creating /run/reboot-required.
import type { SentinelSection } from '../../sections/sentinel.ts'
import { areKernelOnly, isKernelPackage } from '../kernel-packages.ts'
import { usable, type Usable } from '../observation.ts'
import type { Signal } from '../verdict.ts'
import { blindFinding, toFinding, type Finding, type Rule } from './finding.ts'

const NAME = 'reboot-flag'
/** Names the raw value lists before it counts the rest; the signal's `packages` has all of them. */
const RAW_NAMES_MAX = 20

export const rebootFlag: Rule = ({ sections, at, ownKernel }) => {
  const read = usable(sections.sentinel, at)
  if (read.kind === 'absent') return []
  if (read.kind === 'failed' || read.kind === 'missing') {
    return [blindFinding({ name: NAME, source: '/run/reboot-required' }, read)]
  }
  return [weigh(read, ownKernel)]
}

/** Does the flag stand, but for a kernel that a restart of this host would not change? */
export function isNotApplicable(signals: readonly Signal[]): boolean {
  return signals.some(({ name, says, packages }) => name === NAME && says === 'not-required' && areKernelOnly(packages))
}

type Readable = Extract<Usable<SentinelSection>, { value: unknown }>

function weigh(read: Readable, ownKernel: boolean): Finding {
  const flag = read.value
  const subject = { name: NAME, source: flag.sources.join(', ') || '/run/reboot-required' }
  const kernelOnly = areKernelOnly(flag.packages)
  if (!flag.present) {
    return toFinding(subject, read, {
      value: 'no flag',
      role: 'decides',
      says: 'not-required',
      why: 'No package asked for a restart.',
    })
  }
  if (flag.stale) {
    const why = 'The flag is left over from an earlier boot: shown, not counted.'
    return notCounted(subject, read, why)
  }
  if (!ownKernel && kernelOnly) {
    const why = 'Only the kernel asks, and this host runs the kernel of the machine around it: not applicable.'
    return notCounted(subject, read, why)
  }
  return toFinding(subject, read, {
    value: rawFlag(flag),
    role: 'decides',
    says: 'required',
    why: whyRequired(flag),
    packages: ownKernel ? flag.packages : (flag.packages?.filter((name) => !isKernelPackage(name)) ?? null),
    kernelOnly,
  })
}

function notCounted(subject: { name: string; source: string }, read: Readable, why: string): Finding {
  const { packages } = read.value
  return toFinding(subject, read, { value: rawFlag(read.value), role: 'informs', says: 'not-required', why, packages })
}

function rawFlag({ text, packages }: SentinelSection): string {
  const written = text === null || text === '' ? 'present, empty' : text
  if (packages === null || packages.length === 0) return written
  const rest = packages.length - RAW_NAMES_MAX
  const names = packages.slice(0, RAW_NAMES_MAX).join(', ')
  return `${written} (${names}${rest > 0 ? ` and ${rest} more` : ''})`
}

function whyRequired({ packages, packagesProblem }: SentinelSection): string {
  if (packages === null) {
    return `The flag is set. Its packages could not be read: ${packagesProblem ?? 'no reason given'}.`
  }
  return packages.length === 0 ? 'The flag is set. It names no package.' : 'Packages asked for a restart.'
}

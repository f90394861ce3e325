// "The running kernel is patched in memory": asks for nothing itself, and lets a restart wait that only the kernel asks for.
import { usable, type Usable } from '../observation.ts'
import type { KernelSection } from '../../sections/kernel.ts'
import type { ObservedSections } from '../subject.ts'
import { toFinding, type Rule } from './finding.ts'

const SUBJECT = { name: 'livepatch', source: '/sys/kernel/livepatch, canonical-livepatch' }

export const livepatch: Rule = ({ sections, at, ownKernel }) => {
  const read = readable(sections, at)
  if (!ownKernel || read?.value.livepatch === undefined) return []
  const { patches, covers, why: reason } = read.value.livepatch
  const value = patches.length === 0 ? 'no patch is loaded' : patches.join(', ')
  const why =
    covers === true
      ? 'The running kernel is patched in memory: a restart for the kernel alone can wait.'
      : `The kernel has a client or patches for repairs in memory, but nobody says that a restart can wait: ${reason ?? 'no reason given'}.`
  const says = covers === null ? 'unknown' : 'not-required'
  return [toFinding(SUBJECT, read, { value, role: 'informs', says, why })]
}

/** Only for sure: a doubt makes nobody wait. */
export function isCoveredByLivepatch(sections: ObservedSections, at: number): boolean {
  return readable(sections, at)?.value.livepatch?.covers === true
}

function readable(
  sections: ObservedSections,
  at: number,
): Extract<Usable<KernelSection>, { value: KernelSection }> | null {
  const read = usable(sections.kernel, at)
  return read.kind === 'observed' || read.kind === 'not-re-read' ? read : null
}

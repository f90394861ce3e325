// When two reports belong to the same boot. Apart from its schema, so that the agent's bundle stays free of the schema library.
import type { BootSection } from './sections/boot.ts'

export type BootIdentity = Pick<BootSection, 'kernelBootId' | 'runMarker'>

/** A boot is the pair; it is a new one when either differs. */
export function isSameBoot(a: BootIdentity, b: BootIdentity): boolean {
  return a.kernelBootId === b.kernelBootId && a.runMarker === b.runMarker
}

// "Core packages were installed since the boot": what `needs-restarting -r` asks on systems of rpm, whose packages leave no flag.
// Where the times of installation are not known, nobody knows whether a restart is needed.
import { isKernelPackage } from '../kernel-packages.ts'
import { usable } from '../observation.ts'
import { toFinding, type Rule } from './finding.ts'

const SUBJECT = { name: 'core-packages', source: 'rpm -q' }

export const corePackages: Rule = ({ sections, at, ownKernel }) => {
  const read = usable(sections.sentinel, at)
  if ((read.kind !== 'observed' && read.kind !== 'not-re-read') || read.value.core === undefined) return []
  const { packages: installed, problem } = read.value.core
  if (installed === null) {
    const why = `When core packages were installed is not known: ${problem ?? 'no reason given'}.`
    return [toFinding(SUBJECT, read, { value: null, role: 'decides', says: 'unknown', why, packages: null })]
  }
  const packages = ownKernel ? installed : installed.filter((name) => !isKernelPackage(name))
  if (packages.length === 0) {
    const why = 'No core package was installed since this boot.'
    return [toFinding(SUBJECT, read, { value: 'none', role: 'decides', says: 'not-required', why })]
  }
  const why = 'Packages that take effect with a restart alone were installed since this boot.'
  const kernelOnly = packages.every(isKernelPackage)
  const value = packages.join(', ')
  return [toFinding(SUBJECT, read, { value, role: 'decides', says: 'required', why, packages, kernelOnly })]
}

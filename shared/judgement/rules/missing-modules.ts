// "The running kernel's modules are gone": Arch and Alpine replace the one kernel they have, and nothing can be loaded until a
// restart.
import { usable } from '../observation.ts'
import { toFinding, type Rule } from './finding.ts'

export const missingModules: Rule = ({ sections, at, ownKernel }) => {
  const read = usable(sections.kernel, at)
  // Whatever hides the section is said once, by the rule about newer kernels.
  if (!ownKernel || (read.kind !== 'observed' && read.kind !== 'not-re-read')) return []
  const { modules, running } = read.value
  if (modules === undefined) return []
  const subject = { name: 'kernel-modules', source: '/lib/modules' }
  const value = `running ${running.release}`
  if (modules === 'present') {
    const why = 'The modules of the running kernel are installed.'
    return [toFinding(subject, read, { value, role: 'decides', says: 'not-required', why })]
  }
  const why = 'An upgrade replaced the kernel: the modules of the running one are gone and cannot be loaded any more.'
  const packages = [`kernel ${running.release}`]
  return [toFinding(subject, read, { value, role: 'decides', says: 'required', why, packages, kernelOnly: true })]
}

// "The running kernel was rebuilt under the same release." Debian and Ubuntu ship security fixes without a new release
// name; only the version of the package tells: `uname -v` says 6.1.192-1, dpkg has 6.1.192-2.
import { comparePackageVersions } from '../../packages/version-order.ts'
import { usable } from '../observation.ts'
import { toFinding, type Rule } from './finding.ts'

const SUBJECT = { name: 'rebuilt-kernel', source: 'uname -v, dpkg' }

export const rebuiltKernel: Rule = ({ sections, at, ownKernel }) => {
  const read = usable(sections.kernel, at)
  // Whatever hides the section is said once, by the rule about newer kernels.
  if (!ownKernel || (read.kind !== 'observed' && read.kind !== 'not-re-read')) return []
  const { running, installed } = read.value
  const same = installed.find((kernel) => kernel.release === running.release)
  if (same === undefined || same.packageVersion === null) return []
  if (running.packageVersion === null) {
    const why = 'Which build of this kernel is running could not be told.'
    return [toFinding(SUBJECT, read, { value: same.packageVersion, role: 'informs', says: 'unknown', why })]
  }
  const value = `running ${running.packageVersion}, installed ${same.packageVersion}`
  if (comparePackageVersions(same.packageVersion, running.packageVersion) <= 0) {
    const why = 'The running kernel is the build that is installed.'
    return [toFinding(SUBJECT, read, { value, role: 'decides', says: 'not-required', why })]
  }
  const packages = [same.package ?? `kernel ${same.release}`]
  const why = 'The installed kernel has the same release as the running one but is a newer build.'
  return [toFinding(SUBJECT, read, { value, role: 'decides', says: 'required', why, packages, kernelOnly: true })]
}

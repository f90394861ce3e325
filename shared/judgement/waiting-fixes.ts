// Which upgrades of this boot a restart would make effective. Installed is not yet in use: but what nothing still runs the
// old code of needs no restart to be effective.
import { isKernelPackage } from './kernel-packages.ts'

/** `asking`: names that ask for the restart; null: nobody knows. `outdated`: those that processes run old files of. */
export type StillRun = { asking: readonly string[] | null; outdated: readonly string[] }

/** Of a pending restart. A flag that names nobody says as little as one whose names could not be read. */
export function stillRunBy(packages: readonly string[] | null, outdated: readonly string[]): StillRun {
  return { asking: packages === null || packages.length === 0 ? null : packages, outdated }
}

/** `packageName`: of an upgrade of this boot, with or without its architecture. */
export function isStillRun(packageName: string, { asking, outdated }: StillRun): boolean {
  const name = packageName.split(':', 1)[0] ?? ''
  if (asking === null) return true
  if (asking.some((one) => nameOf(one) === name) || outdated.some((one) => nameOf(one) === name)) return true
  // The flag may name "linux-base" for the kernel that was installed.
  return isKernelImage(name) && asking.some(isKernelPackage)
}

function nameOf(name: string): string {
  return name.split(':', 1)[0] ?? ''
}

function isKernelImage(name: string): boolean {
  return name.startsWith('linux-image-')
}

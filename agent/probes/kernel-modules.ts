// Arch and Alpine keep one kernel: an upgrade takes the running one's modules away, and nothing can be loaded until a restart.
// Elsewhere kernels stand side by side, and modules that are gone mean that somebody removed them.
import type { Host } from '../host/host.ts'
import { orNull, orNullIfMissing } from './optional-read.ts'
import { orOfPacman } from './pacman-kernels.ts'
import { isThere } from './rpm-packages.ts'

const FAMILY = /^ID(?:_LIKE)?=["']?(?:[\w.-]+ )*(?:arch|alpine)\b/

/** Null elsewhere, for a kernel without modules, and where none are installed at all. Throws HostError. */
export async function readModules(host: Host, release: string): Promise<'present' | 'missing' | null> {
  const system =
    (await orNull(host.readText('/etc/os-release'))) ?? (await orNull(host.readText('/usr/lib/os-release')))
  const isFamily = (system ?? '').split('\n').some((line) => FAMILY.test(line))
  if (!isFamily || !(await isThere(host, '/proc/modules'))) return null
  return await orOfPacman(host, inFolder(host, release), (own) => (own.includes(release) ? 'present' : 'missing'))
}

async function inFolder(host: Host, release: string): Promise<'present' | 'missing' | null> {
  // What dkms built stays behind in the folder, so the folder alone says nothing.
  if (await isThere(host, `/lib/modules/${release}/kernel`)) return 'present'
  const others = (await orNullIfMissing(host.list('/lib/modules'))) ?? []
  for (const name of others) {
    if (/^\d/.test(name) && (await isThere(host, `/lib/modules/${name}/kernel`))) return 'missing'
  }
  return null
}

// Which kernels pacman has installed, by the files its packages own: where /usr/lib/modules is hidden, as from a unit with
// ProtectKernelModules=, this says the same of Arch. A line of /var/lib/pacman/local/linux-6.11.5.arch1-1/files:
//   usr/lib/modules/6.11.5-arch1-1/vmlinuz
import { type Host, HostError } from '../host/host.ts'
import { orNullIfMissing } from './optional-read.ts'

const PACKAGES = '/var/lib/pacman/local'
const IMAGE = /^usr\/lib\/modules\/(\d[^/]*)\/vmlinuz$/
/** Of a kernel 0.5 MB. */
const FILES_BYTES_MAX = 16 * 1024 * 1024

/** Releases; null on a host without pacman. Throws HostError. */
export async function pacmanKernels(host: Host): Promise<string[] | null> {
  const packages = await orNullIfMissing(host.list(PACKAGES))
  if (packages === null) return null
  const releases: string[] = []
  for (const name of packages.filter((one) => one.startsWith('linux'))) {
    const release = await releaseIn(host, `${PACKAGES}/${name}/files`)
    if (release !== null) releases.push(release)
  }
  return releases
}

async function releaseIn(host: Host, path: string): Promise<string | null> {
  for await (const line of host.readLines(path, { maxBytes: FILES_BYTES_MAX, starting: ['usr/lib/modules/'] })) {
    const release = IMAGE.exec(line)?.[1]
    if (release !== undefined) return release
  }
  return null
}

/** For what is asked of /usr/lib/modules: what pacman says where that is hidden. Throws what `look` threw where it says nothing. */
export async function orOfPacman<T>(host: Host, look: Promise<T>, of: (releases: readonly string[]) => T): Promise<T> {
  try {
    return await look
  } catch (error) {
    const isHidden = error instanceof HostError && error.code === 'EACCES'
    const releases = isHidden ? await pacmanKernels(host) : null
    if (releases === null || releases.length === 0) throw error
    return of(releases)
  }
}

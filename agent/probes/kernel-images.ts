// Kernel images on disk: /boot/vmlinuz-RELEASE, vmlinux-RELEASE, /usr/lib/modules/RELEASE/vmlinuz. The name of a package
// is no evidence: "linux-image-virtual" is no kernel, and a container may have kernel packages it never boots.
import { type FileFacts, type Host, isMissing } from '../host/host.ts'
import { orNullIfMissing } from './optional-read.ts'
import { orOfPacman } from './pacman-kernels.ts'

export type KernelImage = { release: string; birthMs: number | null }

const IMAGE = /^vmlinu[xz]-(\d.*)$/
/** Backups, half-unpacked files, signatures; Fedora's rescue image, whose name begins with a digit too. */
const NO_IMAGE = /\.(?:old|bak|sig|dpkg-[a-z]+|efi\.signed)$|~$|^0-rescue-/
/** Placeholders and images cut off by a full disk are smaller; real ones begin at about 4 MB. */
const IMAGE_BYTES_MIN = 1_000_000

/** Each release once. Throws HostError if a directory is there and cannot be read. */
export async function readKernelImages(host: Host): Promise<KernelImage[]> {
  return await orOfPacman(host, imagesInFolders(host), (own) => own.map((release) => ({ release, birthMs: null })))
}

async function imagesInFolders(host: Host): Promise<KernelImage[]> {
  const inBoot = (await orNullIfMissing(host.list('/boot'))) ?? []
  // Hidden by the unit's ProtectKernelModules=. Debian and Ubuntu keep images in /boot alone, so that look is enough.
  const inModules = await host.list('/usr/lib/modules').catch((error: unknown) => {
    if (isMissing(error) || inBoot.some((name) => IMAGE.test(name))) return []
    throw error
  })
  const candidates = [
    ...inBoot.map((name) => ({ path: `/boot/${name}`, release: IMAGE.exec(name)?.[1] })),
    ...inModules.map((name) => ({ path: `/usr/lib/modules/${name}/vmlinuz`, release: /^\d.*$/.exec(name)?.[0] })),
  ]
  const images = new Map<string, FileFacts>()
  for (const { path, release } of candidates) {
    if (release === undefined || NO_IMAGE.test(release) || images.has(release)) continue
    const facts = await orNullIfMissing(host.facts(path))
    if (facts?.kind === 'file') images.set(release, facts)
  }
  return largeEnough(images)
}

/** A recording keeps names, not images: where not one file has the size of a kernel, sizes say nothing. */
function largeEnough(images: ReadonlyMap<string, FileFacts>): KernelImage[] {
  const all = [...images].map(([release, { sizeBytes, birthMs }]) => ({ release, birthMs, sizeBytes }))
  const large = all.filter(({ sizeBytes }) => sizeBytes >= IMAGE_BYTES_MIN)
  return (large.length > 0 ? large : all).map(({ release, birthMs }) => ({ release, birthMs }))
}

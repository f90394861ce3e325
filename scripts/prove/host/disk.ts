// The disk of the virtual machine: Debian with an older kernel, the newer one lying ready in apt's cache.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { debianTree, PACKAGES } from '../../../test/hosts/base-root.ts'
import { must } from '../../../test/hosts/command.ts'
import { GUEST_FILES, GUEST_UNITS } from './guest-files.ts'

const KERNEL = 'linux-image-cloud-amd64'
const DISK_SIZE = '3G'

/** `mount`, `base`, `files`, `units`, `disk` as $1 to $5. In memory: the merged tree is needed for a moment. */
const MAKE = `
mount -t tmpfs overdue-proof "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" overdue-proof "$1/root"
cp -a "$3/." "$1/root/"
chown -R root:root "$1/root/usr/local" "$1/root/etc/systemd"
chroot "$1/root" systemctl -q enable $4
truncate -s ${DISK_SIZE} "$5"
mkfs.ext4 -q -F -d "$1/root" "$5"`

/** Path of a new disk image. Throws where Debian offers one version of the kernel only. */
export async function makeDisk(directory: string): Promise<string> {
  const { older, newer } = await kernelVersions()
  const base = await debianTree({
    packages: [...PACKAGES, 'initramfs-tools', 'unattended-upgrades', `${KERNEL}=${older}`],
    downloaded: [`${KERNEL}=${newer}`],
  })
  const files = join(directory, 'files')
  for (const { path, content, mode } of GUEST_FILES) {
    mkdirSync(dirname(join(files, path)), { recursive: true })
    writeFileSync(join(files, path), content)
    chmodSync(join(files, path), mode)
  }
  const [mount, disk] = [join(directory, 'mount'), join(directory, 'disk.img')]
  mkdirSync(mount)
  const apart = ['unshare', '--mount', '--propagation', 'private', 'sh', '-euc', MAKE, 'make']
  await must([...apart, mount, base, files, GUEST_UNITS.join(' '), disk], { msMax: 600_000 })
  return disk
}

/** Lines like "linux-image-cloud-amd64 |  6.1.192-2 | http://... Packages", newest first. */
async function kernelVersions(): Promise<{ older: string; newer: string }> {
  const offered = await must(['apt-cache', 'madison', KERNEL])
  const versions = [...new Set(offered.split('\n').flatMap((line) => line.split('|')[1]?.trim() ?? []))]
  const [newer, older] = versions
  if (newer !== undefined && older !== undefined) return { older, newer }
  throw new Error(`apt knows ${versions.length} version of ${KERNEL}, and an upgrade takes two`)
}

export type BootFiles = { kernel: string; initrd: string; release: string }

/** The kernel that a boot loader would start: the one the links /vmlinuz and /initrd.img point to. */
export async function bootFilesOf(disk: string, directory: string): Promise<BootFiles> {
  const take = async (link: string): Promise<{ file: string; target: string }> => {
    const target = /Fast link dest: "([^"]+)"/.exec(await debugfs(disk, `stat ${link}`))?.[1]
    if (target === undefined) throw new Error(`${link} on the disk is no link`)
    const file = join(directory, target.split('/').at(-1) ?? '')
    await debugfs(disk, `dump /${target} ${file}`)
    if (readFileSync(file).length === 0) throw new Error(`/${target} on the disk is empty`)
    return { file, target }
  }
  const kernel = await take('/vmlinuz')
  const initrd = await take('/initrd.img')
  return { kernel: kernel.file, initrd: initrd.file, release: kernel.target.replace(/^.*vmlinuz-/, '') }
}

async function debugfs(disk: string, command: string): Promise<string> {
  return await must(['debugfs', '-R', command, disk])
}

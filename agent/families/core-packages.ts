// Which packages of an rpm host take effect with a restart alone. Two lists, as dnf's needs-restarting has had them; what an
// administrator added counts, too. Pure.
import type { InstalledCore } from '../../shared/facts/families.ts'
import type { RpmPackage } from './rpm-names.ts'

/** Names of either list: an older dnf asks for the first five, a newer one for all. */
const CORE = new Set([
  'kernel',
  'kernel-rt',
  'glibc',
  'linux-firmware',
  'systemd',
  'dbus',
  'dbus-broker',
  'dbus-daemon',
  'kernel-core',
  'kernel-rt-core',
  'microcode_ctl',
])
/** Of SUSE's kernels: the flavours are in the name. */
const SUSE_KERNEL = /^kernel-(?:default|rt|azure|longterm|64kb|pae)(?:-base)?$/

/** Several kernels of one name stay installed side by side: the newest of them is the one that asks. */
export function coreOf(packages: readonly RpmPackage[], configured: ReadonlySet<string>): InstalledCore[] {
  const latest = new Map<string, number>()
  for (const { name, installedAt } of packages) {
    if (!CORE.has(name) && !SUSE_KERNEL.test(name) && !configured.has(name)) continue
    latest.set(name, Math.max(latest.get(name) ?? 0, installedAt))
  }
  return [...latest].map(([name, installedAt]) => ({ name, installedAt })).sort(byName)
}

/** `text`: a file of /etc/dnf/plugins/needs-restarting.d; one name a line. */
export function configuredNames(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*$/, '').trim())
    .filter((name) => /^[\w.+-]{1,255}$/.test(name))
}

function byName(a: InstalledCore, b: InstalledCore): number {
  return a.name < b.name ? -1 : 1
}

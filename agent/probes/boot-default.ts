// Which installed kernel the boot loader takes by default, as far as files say so: the entry GRUB saved, else the link
// /vmlinuz that Debian's kernel packages keep. Without either nobody points anywhere, and the newest one starts.
import type { Host } from '../host/host.ts'
import { orNull } from './optional-read.ts'

const LINKS = ['/vmlinuz', '/boot/vmlinuz'] as const

/** A release out of `installed`, or null. */
export async function readBootDefault(host: Host, installed: readonly string[]): Promise<string | null> {
  const candidates = [await savedEntry(host)]
  for (const link of LINKS) candidates.push(releaseOfImage((await orNull(host.readLink(link))) ?? ''))
  return candidates.find((release) => release !== null && installed.includes(release)) ?? null
}

function releaseOfImage(path: string): string | null {
  return /(?:^|\/)vmlinu[xz]-([^/]+)$/.exec(path)?.[1] ?? null
}

/** The saved entry counts only where the administrator told GRUB so. */
async function savedEntry(host: Host): Promise<string | null> {
  const settings = (await orNull(host.readText('/etc/default/grub'))) ?? ''
  if (!settings.split('\n').some((line) => /^GRUB_DEFAULT=["']?saved["']?$/.test(line.trim()))) return null
  return releaseOfSavedEntry((await orNull(host.readText('/boot/grub/grubenv'))) ?? '')
}

/** grubenv is a block of this many bytes; a longer line is none of GRUB's, and would take the expression long. */
const ENTRY_LENGTH_MAX = 1_024
const ENTRY = /^saved_entry=(?:\S*>)?gnulinux-(\d\S*?)-(?:advanced|recovery)-\S+$/

/** Real line: saved_entry=gnulinux-advanced-0c5e...>gnulinux-6.8.0-79-generic-advanced-0c5e... */
export function releaseOfSavedEntry(grubenv: string): string | null {
  const lines = grubenv.split('\n').filter((line) => line.length <= ENTRY_LENGTH_MAX)
  return lines.map((line) => ENTRY.exec(line)?.[1]).find((release) => release !== undefined) ?? null
}

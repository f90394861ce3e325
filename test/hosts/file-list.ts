// Every file of a host with what can be compared of it, to find out what an installation left behind.
import type { TestHost } from './boot-host.ts'

/** Written by any host that runs, whatever is installed. */
const OTHERS = [
  '/proc',
  '/sys',
  '/dev',
  '/tmp/systemd-private-*',
  '/var/tmp/systemd-private-*',
  '/var/log/journal',
  '/run/log/journal',
  '/run/systemd',
  '/run/udev',
  // Each login prompt makes it when it begins to wait, which on a busy machine is after the host counts as booted.
  '/run/agetty.reload',
  '/var/lib/systemd',
  // Copies that passwd(5)'s tools keep of the state before.
  '/etc/passwd-',
  '/etc/shadow-',
  '/etc/group-',
  '/etc/gshadow-',
]

/** One line per file: path, kind, mode, owner, size of what is no folder; for settings of the system its content, too. */
export async function listFiles(host: TestHost): Promise<string[]> {
  const skipped = OTHERS.map((path) => `-path '${path}'`).join(' -o ')
  const facts = `'%p %y %m %u:%g %l'`
  const listed = await host.must(
    `find / \\( ${skipped} \\) -prune -o -type d -printf ${facts}'\\n' -o -printf ${facts}' %s\\n'; find /etc -type f -name '*[!-]' -exec md5sum {} +`,
  )
  return listed.split('\n').filter(Boolean).toSorted()
}

// Whether this machine can boot hosts, looked at before anything is tried.
import { accessSync, constants, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { onceARun } from '../support/suite/once-a-run.ts'
import { baseRoot } from './base-root.ts'
import { bootHost } from './boot-host.ts'
import { run } from './command.ts'
import { hasUnifiedHierarchy } from './leftovers.ts'

const PROGRAMS = {
  mmdebstrap: 'mmdebstrap',
  'systemd-nspawn': 'systemd-container',
  ip: 'iproute2',
  nsenter: 'util-linux',
  unshare: 'util-linux',
  setpriv: 'util-linux',
} as const

/** The reason, in words for whoever runs the tests; null: one was booted just now, so there is none. */
export async function whyNoHosts(): Promise<string | null> {
  if (process.getuid?.() !== 0) return 'only root can boot a host'
  const missing = Object.entries(PROGRAMS).find(([program]) => !isInPath(program))
  if (missing !== undefined) return `${missing[0]} is missing (Debian package ${missing[1]})`
  if (!/\toverlay$/m.test(readFileSync('/proc/filesystems', 'utf8'))) return 'the kernel has no overlay file system'
  if (!hasUnifiedHierarchy()) return 'no unified control group hierarchy is mounted'
  const inside = await run([
    'unshare',
    '--mount',
    '--net',
    'ip',
    'link',
    'add',
    'name',
    'one',
    'type',
    'veth',
    'peer',
    'name',
    'two',
  ])
  if (inside.code !== 0) return `namespaces cannot be made: ${inside.stderr.trim()}`
  try {
    await baseRoot()
    await onceARun('trial', bootTrial)
    return null
  } catch (error) {
    return `a trial did not boot: ${error instanceof Error ? error.message : String(error)}`
  }
}

async function bootTrial(): Promise<void> {
  const host = await bootHost({ name: 'trial' })
  await host.close()
}

function isInPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

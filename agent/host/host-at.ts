// The machine itself, or the one that was recorded in a folder. Each is loaded by who asks for it.
import { systemClock } from '../../shared/clock.ts'
import type { Host } from './host.ts'

/** `clock`: what time it is on a recorded host; this machine has its own. */
export async function hostAt(root: string | null, clock: 'live' | 'recorded'): Promise<Host> {
  if (root === null) return (await import('./linux-host.ts')).createLinuxHost({ root: '/', clock: systemClock })
  return (await import('./recorded-host.ts')).createRecordedHost({ directory: root, clock })
}

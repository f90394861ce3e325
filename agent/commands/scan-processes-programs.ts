// Programs that run from folders where no package puts them: of language managers, or installed by hand. What they are and
// of which version, the resident agent reads from their paths.
import type { Processes } from '../host/processes.ts'
import { withoutMark } from '../processes/deleted-mark.ts'
import { holderOf } from '../processes/holder.ts'
import { COMPONENT_PATH_LENGTH_MAX, COMPONENT_PROGRAMS_MAX } from '../../shared/protocol/limits.ts'

/** hier(7). Of what lies in /usr/bin or /usr/lib, the list of packages tells. */
const BY_HAND = /^\/(?:usr\/local|opt|srv|home|root|var\/lib|var\/www)\//

/** `pids` in the order of who counts first: with too many programs, those of the last are left out. Sorted. */
export async function programsByHand(
  processes: Processes,
  pids: Iterable<number>,
  isLate: () => boolean,
): Promise<string[]> {
  const found = new Set<string>()
  for (const pid of pids) {
    if (found.size >= COMPONENT_PROGRAMS_MAX || isLate()) break
    const path = exeOf(processes, pid)
    if (path !== null && !found.has(path) && (await isOfHost(processes, pid))) found.add(path)
  }
  return [...found].sort()
}

function exeOf(processes: Processes, pid: number): string | null {
  try {
    const exe = processes.exe(pid)
    const path = withoutMark(exe) ?? exe
    return BY_HAND.test(path) && path.length <= COMPONENT_PATH_LENGTH_MAX ? path : null
  } catch {
    // It ended, or is the kernel's.
    return null
  }
}

/** In a container the same path is another file. */
async function isOfHost(processes: Processes, pid: number): Promise<boolean> {
  try {
    const { kind } = holderOf(processes.text(pid, 'cgroup'))
    return kind !== 'container' && kind !== 'machine' && (await processes.hasHostRoot(pid))
  } catch {
    return false
  }
}

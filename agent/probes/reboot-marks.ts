// What other systems leave where Debian has its flag. Each is a file of root's that says "restart" by being there:
//   /run/reboot-needed                          SUSE's zypp-boot-plugin: "reboot", "kexec" or "soft-reboot"
//   /run/smart-restart/reboot-hint-marker       Amazon Linux 2023's smart-restart: services that need it
//   /run/update_engine_autoupdate_completed     Flatcar's update_engine: the other partition is ready
import type { Host } from '../host/host.ts'
import { reasonOf } from '../host/host-errors.ts'
import type { RebootMark } from '../../shared/sections/sentinel.ts'
import { type Flag, type FlagLook, lookAtFlag, withoutStale } from './flag-file.ts'
import { orNullIfMissing } from './optional-read.ts'

const MARKS: readonly { kind: RebootMark['kind']; directories: readonly string[]; name: string }[] = [
  { kind: 'suse', directories: ['/run', '/var/run'], name: 'reboot-needed' },
  { kind: 'amazon', directories: ['/run/smart-restart'], name: 'reboot-hint-marker' },
  { kind: 'update-engine', directories: ['/run', '/var/run'], name: 'update_engine_autoupdate_completed' },
]

export type FoundMark = Flag & { kind: RebootMark['kind'] }
export type FoundMarks = { marks: FoundMark[]; problem: string | null }

/** Those that speak of this boot, one of each kind. `problem`: one of them could not be looked at. */
export async function readRebootMarks(host: Host): Promise<FoundMarks> {
  const marks: FoundMark[] = []
  let problem: string | null = null
  for (const { kind, directories, name } of MARKS) {
    for (const directory of directories) {
      const look = await lookIn(host, directory, name)
      if (look.found === 'problem') problem ??= look.reason
      else if (look.found === 'flag' && !marks.some((mark) => mark.kind === kind)) marks.push({ ...look, kind })
    }
  }
  return { marks: await withoutStale(host, marks), problem }
}

async function lookIn(host: Host, directory: string, name: string): Promise<FlagLook> {
  try {
    const canonical = await orNullIfMissing(host.realPath(directory))
    return canonical === null ? { found: 'nothing' } : await lookAtFlag(host, `${directory}/${name}`, canonical)
  } catch (error) {
    return { found: 'problem', reason: reasonOf(error) }
  }
}

export function toRebootMark({ kind, path, text }: FoundMark): RebootMark {
  return { kind, source: path, text }
}

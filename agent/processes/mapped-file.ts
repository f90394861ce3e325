// Lines of /proc/PID/maps, proc_pid_maps(5). A real one of a program whose library was replaced under it:
//   7f7e6615e000-7f7e661bb000 r-xp 0001f000 fe:00 2499680                    /usr/lib/x86_64-linux-gnu/libssl.so.3 (deleted)
// Pure.
import { withoutMark } from './deleted-mark.ts'

export type MappedFile = {
  /** As the kernel names it, without its mark; a line feed in it is printed as \012. */
  path: string
  /** "fe:00", hexadecimal. */
  device: string
  inode: number
}

const LINE = /^[0-9a-f]+-[0-9a-f]+ ..(.). [0-9a-f]+ ([0-9a-f]+:[0-9a-f]+) (\d+) +(\/.+)$/

/**
 * The file of a line that maps a deleted file as code; null for every other line. Code alone counts: data that was
 * replaced (a cache, a journal) is no old program, and what has no inode never was a file.
 */
export function deletedCode(line: string): MappedFile | null {
  const [, execute, device = '', inode = '0', named = ''] = LINE.exec(line) ?? []
  const path = withoutMark(named)
  return execute !== 'x' || path === null || Number(inode) === 0 ? null : { path, device, inode: Number(inode) }
}

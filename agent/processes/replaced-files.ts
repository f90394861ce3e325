// Which files of a process were replaced under it, as far as its maps and its exe link tell. Whether they were deleted
// in truth, and whose they are, is asked later and of these alone. Pure.
import { withoutMark } from './deleted-mark.ts'
import { isKernelObject } from './kernel-objects.ts'
import type { MappedFile } from './mapped-file.ts'
import { isPassing } from './passing-files.ts'

export type ReplacedFile = {
  path: string
  /** Both null where only the exe link names it. */
  device: string | null
  inode: number | null
  isExe: boolean
  /** It lies on another file system than its name says: a file that only looks like the host's. */
  isForeign?: true
}

/** `exe`: the text of the link. Each file once, however many of its parts are mapped. */
export function replacedFiles(exe: string, mapped: readonly MappedFile[]): ReplacedFile[] {
  const exePath = withoutMark(exe)
  const files = new Map<string, ReplacedFile>()
  for (const { path, device, inode } of mapped) {
    if (!isReplaceable(path)) continue
    files.set(`${device} ${inode} ${path}`, { path, device, inode, isExe: path === exePath })
  }
  const found = [...files.values()]
  if (exePath === null || !isReplaceable(exePath) || found.some(({ isExe }) => isExe)) return found
  return [{ path: exePath, device: null, inode: null, isExe: true }, ...found]
}

function isReplaceable(path: string): boolean {
  return !isKernelObject(path) && !isPassing(path)
}

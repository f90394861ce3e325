// stat(2) in the few facts probes use.
import type { Stats } from 'node:fs'
import type { FileFacts } from './host.ts'

/** File systems without birth times report 0, some kernels a date in 1970: no birth time at all. */
const EARLIEST_BIRTH_MS = Date.UTC(1971, 0, 2)

export function toFileFacts(stats: Stats): FileFacts {
  return {
    kind: kindOf(stats),
    uid: stats.uid,
    sizeBytes: stats.size,
    inode: stats.ino,
    mtimeMs: Math.floor(stats.mtimeMs),
    birthMs: plausibleBirth(stats.birthtimeMs),
  }
}

export function plausibleBirth(birthMs: number): number | null {
  return birthMs >= EARLIEST_BIRTH_MS ? Math.floor(birthMs) : null
}

function kindOf(stats: Stats): FileFacts['kind'] {
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'directory'
  return stats.isSymbolicLink() ? 'link' : 'other'
}

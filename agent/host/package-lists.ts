// The lists dpkg keeps of the files of every package, /var/lib/dpkg/info/NAME.list: 2,000 small files that are read in
// one go by a program that does nothing else, so at once.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { loadRecording } from './recording.ts'

const INFO = '/var/lib/dpkg/info'
const LIST = /^([a-z0-9][a-z0-9+.-]*)(?::[a-z0-9-]+)?\.list$/
/** linux-headers and the like have 30,000 files; nobody's list is longer than this. */
const LIST_BYTES_MAX = 16 * 1024 * 1024

export type PackageList = {
  package: string
  /** One path a line. */
  bytes: Buffer
  /** dpkg writes the list anew whenever it unpacks the package, be it the same version; null where that is not known. */
  changedAtMs: number | null
}

/** Nothing where dpkg keeps none. `root`: of a recorded host; null: this machine. */
export function* packageLists(root: string | null): Generator<PackageList> {
  const recording = root === null ? null : loadRecording(root)
  const folder = join(recording?.directory ?? '/', INFO)
  for (const file of namesIn(folder)) {
    const [, name] = LIST.exec(file) ?? []
    const read = name === undefined ? null : readList(join(folder, file))
    if (name === undefined || read === null) continue
    const mtimeMs = recording === null ? read.mtimeMs : (recording.stats.get(`${INFO}/${file}`)?.mtimeMs ?? null)
    yield { package: name, bytes: read.bytes, changedAtMs: mtimeMs }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Null where it vanished, or is no list: its package is then not known. */
function readList(path: string): { bytes: Buffer; mtimeMs: number } | null {
  try {
    const { mtimeMs, size } = statSync(path)
    return size > LIST_BYTES_MAX ? null : { bytes: readFileSync(path), mtimeMs }
  } catch {
    return null
  }
}

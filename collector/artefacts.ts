// What hosts download, from the folder that the build made: the installer, the agent, its runtimes. SHA256SUMS is both
// the list of what may be asked for and what the downloads are checked against; a name that is not in it does not exist.
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

export const SUMS = 'SHA256SUMS'
/** Beside the bundle; unbuilt, where the build leaves it. */
const PLACES = ['./agent/', '../dist/agent/']
const LINE = /^([0-9a-f]{64}) {2}([A-Za-z0-9][A-Za-z0-9._-]*)$/

export type Artefact = { handle: FileHandle; bytes: number; sha256: string | null }

export class Artefacts {
  readonly #folders: readonly string[]

  /** `folder`: instead of the usual places. */
  constructor(folder: string | null = null) {
    this.#folders = folder === null ? PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url))) : [folder]
  }

  /** SHA-256 in hex by name, as the build wrote it; null: there is no such folder. Read anew each time: an upgrade replaces it. */
  async sums(): Promise<ReadonlyMap<string, string> | null> {
    const found = await this.#find()
    return found === null ? null : found.sums
  }

  /** Null when there is nothing of this name. The caller closes the handle. */
  async open(name: string): Promise<Artefact | null> {
    const found = await this.#find()
    const sha256 = found?.sums.get(name) ?? null
    if (found === null || (sha256 === null && name !== SUMS)) return null
    const handle = await open(`${found.folder}/${name}`).catch(() => null)
    if (handle === null) return null
    return { handle, bytes: (await handle.stat()).size, sha256 }
  }

  async #find(): Promise<{ folder: string; sums: ReadonlyMap<string, string> } | null> {
    for (const folder of this.#folders) {
      const text = await readFile(`${folder}/${SUMS}`, 'utf8').catch(() => null)
      if (text !== null) return { folder, sums: parseSums(text) }
    }
    return null
  }
}

/** Lines of sha256sum(1): "HEX  NAME". What is no such line names nothing. */
export function parseSums(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').map((line) => LINE.exec(line))
  return new Map(lines.flatMap((match) => (match?.[1] && match[2] ? [[match[2], match[1]]] : [])))
}

// Which package a replaced file came from, and when that package was changed: from the lists dpkg keeps of every package,
// and from its log for those that are gone. Pure: lists in, owner out.
import { libraryFamily, libraryPackages, spellings } from './file-names.ts'

export type Owner = {
  package: string
  /** Epoch ms; null where it is not known. */
  changedAtMs: number | null
}

/** What to look for in the lists, for all files at once: there are 400,000 lines of them. */
export class WantedFiles {
  readonly #exact = new Set<string>()
  readonly #families = new Set<string>()
  readonly #folders = new Set<string>()

  constructor(paths: Iterable<string>) {
    for (const path of paths) {
      for (const spelling of spellings(path)) {
        this.#exact.add(spelling)
        this.#folders.add(spelling.slice(0, spelling.lastIndexOf('/') + 1))
        const family = libraryFamily(spelling)
        if (family !== null) this.#families.add(family)
      }
    }
  }

  /** May a list hold any of them? Most hold nothing in their folders, and need not become lines. */
  mayBeIn(list: Buffer): boolean {
    for (const folder of this.#folders) if (list.includes(folder)) return true
    return false
  }

  isWanted(line: string): boolean {
    if (this.#exact.has(line)) return true
    if (this.#families.size === 0 || !line.includes('.so.')) return false
    const family = libraryFamily(line)
    return family !== null && this.#families.has(family)
  }
}

export class Owners {
  /** False: this host keeps no lists that could be read, so a file without an owner may have one. */
  hasLists = false
  readonly #byPath = new Map<string, Owner>()
  readonly #byFamily = new Map<string, Owner>()
  readonly #removed: ReadonlyMap<string, number>

  /** `removed`: packages that the log says were removed, with the last time, epoch ms. */
  constructor(removed: ReadonlyMap<string, number> = new Map()) {
    this.#removed = removed
  }

  /** `path`: a line of the package's list. */
  add(path: string, owner: Owner): void {
    this.#byPath.set(path, owner)
    const family = libraryFamily(path)
    if (family !== null) this.#byFamily.set(family, owner)
  }

  /** Null: no package lists it, now or before, as far as can be told. */
  of(path: string): Owner | null {
    const names = spellings(path)
    const listed = firstOf(names, (name) => this.#byPath.get(name))
    if (listed !== null) return listed
    const related = firstOf(names, (name) => {
      const family = libraryFamily(name)
      return family === null ? undefined : this.#byFamily.get(family)
    })
    return related ?? this.#removedOwner(path)
  }

  #removedOwner(path: string): Owner | null {
    return firstOf(libraryPackages(path), (name) => {
      const changedAtMs = this.#removed.get(name)
      return changedAtMs === undefined ? undefined : { package: name, changedAtMs }
    })
  }
}

function firstOf<T>(names: readonly string[], find: (name: string) => T | undefined): T | null {
  for (const name of names) {
    const found = find(name)
    if (found !== undefined) return found
  }
  return null
}

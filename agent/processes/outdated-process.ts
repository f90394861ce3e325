// The verdict on one process whose maps or exe name replaced files: which of them count, and whose they are. Pure.
import type { Remedy } from '../../shared/sections/processes.ts'
import { changedWhileRunning } from './change-order.ts'
import type { Holder } from './holder.ts'
import type { Owners } from './owners.ts'
import type { ReplacedFile } from './replaced-files.ts'
import { isInSystemFolder } from './system-folders.ts'

export type Suspect = {
  pid: number
  /** File name of the program. */
  command: string
  user: string | null
  holder: Holder
  /** Confirmed: none of them is there under its name any more. */
  files: readonly ReplacedFile[]
  startedAtMs: number
  /** The snap whose older revision it runs; null: none. */
  snap: string | null
  /**
   * Does it see the host's own files? A process with another root, or in a user namespace that may have been made by
   * anybody, names its files as it likes: they are never put down to a package of the host.
   */
  seesHost: boolean
}

export type OutdatedProcess = Pick<Suspect, 'pid' | 'command' | 'user' | 'holder'> & {
  packages: string[]
  files: string[]
  remedy: Remedy
  isLocal: boolean
}

/** Null: nothing of it was replaced by anybody who counts. */
export function judgeSuspect(
  suspect: Suspect,
  owners: Owners,
  remedy: (holder: Holder) => Remedy,
): OutdatedProcess | null {
  const found = suspect.files.map((file) => ({ file, owner: ownerOf(suspect, file, owners) }))
  const owned = found.flatMap(({ file, owner }) => (owner === null ? [] : [{ file, owner }]))
  const packaged = owned.filter(({ owner }) => changedWhileRunning(owner.changedAtMs, suspect.startedAtMs))
  // What a package lists, and did not change since, was replaced by nobody: another tool's business.
  const local = found.filter(({ file, owner }) => owner === null && countsUnowned(file)).map(({ file }) => file)
  const files = packaged.length > 0 ? packaged.map(({ file }) => file) : local
  const { pid, command, user, holder, snap } = suspect
  if (files.length === 0 && snap === null) return null
  return {
    pid,
    command,
    user,
    holder,
    packages: sortedOnce([
      ...packaged.flatMap(({ owner }) => owner.package ?? []),
      ...(snap === null ? [] : [`snap:${snap}`]),
    ]),
    files: sortedOnce(files.map(({ path }) => path)),
    remedy: remedy(holder),
    isLocal: packaged.length === 0 && snap === null,
  }
}

type PossibleOwner = { package: string | null; changedAtMs: number | null }

function ownerOf(
  { holder, seesHost }: Suspect,
  { isForeign, path }: ReplacedFile,
  owners: Owners,
): PossibleOwner | null {
  if (!seesHost || isForeign === true || holder.kind === 'container') return null
  if (owners.hasLists) return owners.of(path)
  // Another package manager's host: what lies where packages put things was put there by one, nobody knows which.
  return isInSystemFolder(path) && !isByHand(path) ? { package: null, changedAtMs: null } : null
}

/** hier(7): left to the administrator. */
function isByHand(path: string): boolean {
  return path.startsWith('/usr/local/') || path.startsWith('/opt/')
}

/** A program that was replaced by hand, or a library where those are installed for the whole host. */
function countsUnowned({ isExe, path }: ReplacedFile): boolean {
  return isExe || isInSystemFolder(path)
}

function sortedOnce(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort()
}

// The folder the store lives in: made private, on a disk whose locks and syncs can be trusted.
import { chmodSync, closeSync, mkdirSync, openSync, statfsSync, statSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { StoreError } from '../store-error.ts'

/** `audit`: the audit as text, beside the database. */
export type DataFiles = { directory: string; database: string; lock: string; audit: string }

export function dataFilesIn(directory: string): DataFiles {
  const inside = (name: string) => join(directory, name)
  return { directory, database: inside('overdue.db'), lock: inside('serving.lock'), audit: inside('audit.log') }
}

/** Makes sure the folder is there, ours alone to write, and local. Throws StoreError. */
export function prepareDataFolder(files: DataFiles): void {
  attempt(files.directory, 'cannot be created', () => mkdirSync(files.directory, { recursive: true, mode: 0o700 }))
  const facts = attempt(files.directory, 'cannot be read', () => statSync(files.directory))
  const problem = folderProblem(facts) ?? fileSystemProblem(statfsSync(files.directory).type)
  if (problem !== null) throw new StoreError(`The data folder ${files.directory} ${problem.what}`, problem.fix)
  makePrivate(files.database)
  makePrivate(files.lock)
  makePrivate(files.audit)
}

/** An empty file of mode 0600; SQLite gives its companions (-wal, -shm) the mode of the database. */
export function makePrivate(file: string): void {
  attempt(file, 'cannot be opened for writing', () => closeSync(openSync(file, 'a', 0o600)))
  if ((statSync(file).mode & 0o077) !== 0) attempt(file, 'cannot be made private', () => chmodSync(file, 0o600))
}

type FolderProblem = { what: string; fix: string }

function folderProblem(facts: Stats): FolderProblem | null {
  if (!facts.isDirectory()) return { what: 'is not a folder', fix: 'Name a folder as dataDir' }
  const othersWrite = (facts.mode & 0o022) !== 0
  // Whoever may rename entries of the folder can swap the database for another; the sticky bit forbids just that.
  const sticky = (facts.mode & 0o1000) !== 0
  if (othersWrite && !sticky) {
    return { what: 'can be written by other users', fix: 'Run chmod 0700 on it, or name another folder as dataDir' }
  }
  return null
}

// Magic numbers of statfs(2), from linux/magic.h. WAL needs shared memory and locks that hold between processes;
// none of these gives both (sqlite.org/wal.html: "WAL does not work over a network filesystem").
const NETWORK_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x5346414f, 'AFS'],
  [0x00c36400, 'Ceph'],
  [0x73757245, 'Coda'],
  [0x564c, 'NCP'],
])

/** What is wrong with a file system of this statfs type, or null. */
export function fileSystemProblem(type: number): FolderProblem | null {
  // f_type is a signed long where CIFS has its highest bit set.
  const name = NETWORK_FILE_SYSTEMS.get(type >>> 0)
  if (name === undefined) return null
  return {
    what: `is on a network file system (${name}), where acknowledged reports could be lost`,
    fix: 'Name a folder on a local disk as dataDir',
  }
}

function attempt<T>(path: string, what: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
    throw new StoreError(
      `${path} ${what} (${code})`,
      'Give the user that runs the collector access to it, or name another folder as dataDir',
      { cause: error },
    )
  }
}

// A backup of a store, taken while it is served: a second connection reads one moment of it, writers go on meanwhile.
import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { basename, dirname, join } from 'node:path'
import { openConnection } from './sqlite/connection.ts'
import { dataFilesIn, makePrivate } from './sqlite/data-folder.ts'
import { MIGRATIONS, readVersion } from './sqlite/migrate.ts'
import { StoreError } from './store-error.ts'

export type Backup = { file: string; bytes: number; servers: number; lastAuditId: number }
export type BackupOptions = {
  directory: string
  file: string
  /** Replaces a file that is there. */
  force: boolean
}

/**
 * Writes beside the target first, checks what was written, and only then gives it its name: a file of that name is whole.
 * Mode 0600. Throws StoreError.
 */
export function backupStore({ directory, file, force }: BackupOptions): Backup {
  const files = dataFilesIn(directory)
  if (!existsSync(files.database)) {
    throw new StoreError(`There is no database in ${directory}`, 'Name the dataDir of the collector with --data-dir')
  }
  if (!force && existsSync(file)) throw taken(file)
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.tmp`)
  try {
    makePrivate(temporary)
    copyInto(files.database, directory, temporary)
    const { servers, lastAuditId } = inspectBackup(temporary)
    name(temporary, file, force)
    return { file, bytes: statSync(file).size, servers, lastAuditId }
  } finally {
    rmSync(temporary, { force: true })
  }
}

/** Reads a backup through and through. Throws StoreError for one that is damaged, foreign, or of a newer version. */
export function inspectBackup(file: string): { servers: number; lastAuditId: number } {
  if (!existsSync(file)) throw new StoreError(`${file} is not there`, 'Name a file that "backup" wrote')
  let database: DatabaseSync | null = null
  try {
    database = new DatabaseSync(file, { readOnly: true, allowExtension: false, defensive: true })
    const found = database.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check']
    if (found !== 'ok') throw new Error(String(found))
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
    if (version < 1 || version > MIGRATIONS.length) {
      throw new Error(`it has version ${version}, this collector knows 1 to ${MIGRATIONS.length}`)
    }
    const number = (sql: string) => Number(database?.prepare(sql).get()?.['n'] ?? 0)
    return {
      servers: number('SELECT count(*) AS n FROM servers'),
      lastAuditId: number('SELECT max(id) AS n FROM audit'),
    }
  } catch (error) {
    throw new StoreError(
      `${file} is no backup that can be used (${error instanceof Error ? error.message : String(error)})`,
      'Take another one',
      { cause: error },
    )
  } finally {
    database?.close()
  }
}

function copyInto(database: string, directory: string, temporary: string): void {
  const connection = openConnection(database)
  try {
    readVersion(connection, dataFilesIn(directory), MIGRATIONS.length)
    connection.run('VACUUM INTO ?', temporary)
  } finally {
    connection.close()
  }
}

/** `link` fails where the name is taken, whoever took it meanwhile; `rename` replaces. */
function name(temporary: string, file: string, force: boolean): void {
  sync(temporary)
  try {
    if (force) renameSync(temporary, file)
    else linkSync(temporary, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw taken(file)
    throw new StoreError(`${file} cannot be written (${String(error)})`, 'Name a file in a folder you may write to')
  }
  sync(dirname(file))
}

export function sync(path: string): void {
  const descriptor = openSync(path, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}

function taken(file: string): StoreError {
  return new StoreError(`${file} is there already`, 'Name another file, or replace it with --force')
}

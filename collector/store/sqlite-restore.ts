// Puts a backup in the place of a store that is not served.
//
// Theory of operation. A backup is true for the moment it was made. What must not come back with it is trust that was
// taken away since; audit.log, which lies beside the database and is never part of a backup, remembers that.
// 1. The folder's lock is taken: nobody serves it. The audit is brought up to date where the present database still can.
// 2. audit.log is checked line by line, and must continue the audit of the backup.
// 3. In a folder of its own the copy gets a new epoch, so that every agent sends everything again; sessions are dropped,
//    all join keys disabled, and the lines of audit the backup does not know are put back. Tokens and servers that they
//    revoke are revoked again.
// 4. The present database moves aside, the new one takes its name. A crash before leaves everything as it was; a crash
//    after leaves a database that fits its audit.
import { randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../shared/clock.ts'
import { readChain } from './audit-chain.ts'
import type { AuditRecord } from './records.ts'
import { AccessRows } from './sqlite/access-rows.ts'
import { AuditFile } from './sqlite/audit-file.ts'
import { type Connection, openConnection } from './sqlite/connection.ts'
import { type DataFiles, dataFilesIn, makePrivate, prepareDataFolder } from './sqlite/data-folder.ts'
import { migrate, MIGRATIONS, readVersion } from './sqlite/migrate.ts'
import { PolicyRows } from './sqlite/policy-rows.ts'
import { takeServingLock } from './sqlite/serving-lock.ts'
import { inspectBackup, sync } from './sqlite-backup.ts'
import { openSqliteStore } from './sqlite-store.ts'
import type { Store } from './store.ts'
import { StoreError } from './store-error.ts'

export type RestoreOptions = {
  directory: string
  file: string
  /** False: whatever was revoked after the backup counts again. For when audit.log is lost or damaged. */
  withAuditLog: boolean
  clock: Pick<Clock, 'now'>
  /** Removes the servers that the audit says were removed; run on the new store before it takes its place. */
  finish(store: Store, later: readonly AuditRecord[]): Promise<void>
}

export type Restored = {
  servers: number
  /** Lines of audit.log that were read: 0 where there was none, or it was not to be used. */
  auditLines: number
  /** Lines of audit that the backup did not know. */
  later: readonly AuditRecord[]
  joinKeysDisabled: number
  tokensRevoked: number
  /** Where the database that was there is now; null: there was none. */
  formerDatabase: string | null
}

/** Throws StoreError; nothing was changed then. */
export async function restoreStore(options: RestoreOptions): Promise<Restored> {
  const { directory, file, clock } = options
  const { servers } = inspectBackup(file)
  const files = dataFilesIn(directory)
  prepareDataFolder(files)
  const lock = takeServingLock(files.lock, directory)
  const workshop = dataFilesIn(join(directory, 'restoring'))
  try {
    bringAuditUpToDate(files)
    const known = options.withAuditLog ? readAudit(files.audit) : []
    const facts = prepareCopy(file, workshop, known, clock.now())
    await finishCopy(workshop, options, facts.later)
    const formerDatabase = takePlace(files, workshop, clock.now())
    return { servers, auditLines: known.length, ...facts, formerDatabase }
  } finally {
    rmSync(workshop.directory, { recursive: true, force: true })
    lock.release()
  }
}

/** The present database may be the reason for the restore: where it cannot be read, audit.log is as good as it is. */
function bringAuditUpToDate(files: DataFiles): void {
  let connection: Connection | null = null
  try {
    connection = openConnection(files.database)
    new AuditFile(files.audit, connection, new PolicyRows(connection)).follow()
  } catch {
    // Said by whoever opens it next; here it is about to be replaced.
  } finally {
    connection?.close()
  }
}

function readAudit(file: string): readonly AuditRecord[] {
  const { records, fault } = readChain(readFileSync(file, 'utf8'))
  if (records !== null) return records
  throw new StoreError(
    `${file} cannot be trusted: line ${fault.line} ${fault.what}`,
    'Find an intact copy of it; or restore with --without-audit-log and revoke again by hand what was revoked since',
  )
}

type CopyFacts = Pick<Restored, 'later' | 'joinKeysDisabled' | 'tokensRevoked'>

function prepareCopy(file: string, workshop: DataFiles, known: readonly AuditRecord[], now: number): CopyFacts {
  rmSync(workshop.directory, { recursive: true, force: true })
  mkdirSync(workshop.directory, { mode: 0o700 })
  makePrivate(workshop.database)
  copyFileSync(file, workshop.database)
  const connection = openConnection(workshop.database)
  try {
    migrate(connection, workshop, readVersion(connection, workshop, MIGRATIONS.length))
    return connection.transaction(() => withdrawTrust(connection, known, now))
  } finally {
    connection.close()
  }
}

function withdrawTrust(connection: Connection, known: readonly AuditRecord[], now: number): CopyFacts {
  const access = new AccessRows(connection)
  const audit = new PolicyRows(connection)
  const later = laterThan(audit, known)
  for (const record of later) audit.restoreAudit(record)
  const revoked = later.filter(({ action, subject, at }) => {
    return action === 'token.revoke' && access.revoke('tokens', subject, at)
  })
  const keys = access.joinKeys().filter(({ id }) => access.revoke('join_keys', id, now))
  connection.run('DELETE FROM sessions')
  connection.run("UPDATE meta SET value = ? WHERE key = 'epoch'", randomBytes(16).toString('hex'))
  return { later, joinKeysDisabled: keys.length, tokensRevoked: revoked.length }
}

/** What the backup does not know. Its own last line must be among the known ones, or they are another collector's. */
function laterThan(audit: PolicyRows, known: readonly AuditRecord[]): readonly AuditRecord[] {
  const last = audit.audit(1)[0]
  const newest = known.at(-1)
  if (newest === undefined || last === undefined) return known
  // A file older than the backup says nothing new, but it must be of the same audit.
  const id = Math.min(last.id, newest.id)
  const same = known.find((record) => record.id === id)
  if (same !== undefined && isSame(same, audit.auditRecord(id))) return known.filter((record) => record.id > last.id)
  throw new StoreError(
    'audit.log does not continue the audit of this backup: one of them is of another collector',
    'Restore into the data folder the backup was made of, or with --without-audit-log into an empty one',
  )
}

function isSame(a: AuditRecord, b: AuditRecord | null): boolean {
  return b !== null && a.at === b.at && a.actor === b.actor && a.action === b.action && a.subject === b.subject
}

async function finishCopy(workshop: DataFiles, options: RestoreOptions, later: readonly AuditRecord[]): Promise<void> {
  const store = openSqliteStore({ directory: workshop.directory, clock: options.clock, mode: 'serve' })
  try {
    await options.finish(store, later)
  } finally {
    store.close()
  }
}

/** The log files of the old database go first: beside another database they would be read as its own. */
function takePlace(files: DataFiles, workshop: DataFiles, now: number): string | null {
  const suffix = `.before-restore-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`
  const moveAside = (path: string) => {
    if (!existsSync(path)) return
    if (statSync(path).size === 0) rmSync(path)
    else renameSync(path, `${path}${suffix}`)
  }
  for (const path of [`${files.database}-wal`, `${files.database}-shm`, files.audit, files.database]) moveAside(path)
  renameSync(workshop.audit, files.audit)
  renameSync(workshop.database, files.database)
  sync(files.directory)
  return existsSync(`${files.database}${suffix}`) ? `${files.database}${suffix}` : null
}

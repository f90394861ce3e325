// The Store port over SQLite: one file, one writing process, everything acknowledged after a synced commit.
// Server records live in memory as committed; readers never wait for the disk.
import { randomBytes } from 'node:crypto'
import type { Clock } from '../../shared/clock.ts'
import { AccessRows } from './sqlite/access-rows.ts'
import { createAdmin } from './sqlite/admin.ts'
import { AuditFile } from './sqlite/audit-file.ts'
import { type Connection, openConnection } from './sqlite/connection.ts'
import { type DataFiles, dataFilesIn, prepareDataFolder } from './sqlite/data-folder.ts'
import { createCommits } from './sqlite/commits.ts'
import { DayCountRows } from './sqlite/day-count-rows.ts'
import { searchHistory } from './sqlite/history-search.ts'
import { HistoryRows } from './sqlite/history-rows.ts'
import { migrate, MIGRATIONS, readVersion } from './sqlite/migrate.ts'
import { PolicyRows } from './sqlite/policy-rows.ts'
import { SectionRows } from './sqlite/section-rows.ts'
import { ServerRows } from './sqlite/server-rows.ts'
import { type ServingLock, takeServingLock } from './sqlite/serving-lock.ts'
import { walFileOf } from './sqlite/wal-file.ts'
import type { CommitListener, Store } from './store.ts'

export type SqliteStoreOptions = {
  directory: string
  clock: Pick<Clock, 'now'>
  /** `serve` (default): the one process that writes servers. `admin`: the command line beside it; `transact` throws. */
  mode?: 'serve' | 'admin'
  /** A commit listener threw; the commit stands. Default: a warning of the process. */
  onListenerError?: (error: unknown) => void
}

/** Throws StoreError: folder, what is wrong with it, what to do. */
export function openSqliteStore(options: SqliteStoreOptions): Store {
  const mode = options.mode ?? 'serve'
  const files = dataFilesIn(options.directory)
  prepareDataFolder(files)
  const lock = mode === 'serve' ? takeServingLock(files.lock, files.directory) : null
  try {
    return assemble(openMigrated(files, lock), lock, options)
  } catch (error) {
    lock?.release()
    throw error
  }
}

function openMigrated(files: DataFiles, lock: ServingLock | null): Connection {
  const connection = openConnection(files.database)
  try {
    const version = readVersion(connection, files, MIGRATIONS.length)
    if (version < MIGRATIONS.length) migrateLocked(connection, files, lock)
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

/** A schema never changes under a process that serves it: without the lock in hand, it is taken for the migration. */
function migrateLocked(connection: Connection, files: DataFiles, held: ServingLock | null): void {
  const lock = held ?? takeServingLock(files.lock, files.directory)
  try {
    // Read again under the lock: another process may have migrated while this one waited.
    migrate(connection, files, readVersion(connection, files, MIGRATIONS.length))
  } finally {
    if (held === null) lock.release()
  }
}

function assemble(connection: Connection, lock: ServingLock | null, options: SqliteStoreOptions): Store {
  const history = new HistoryRows(connection)
  const servers = new ServerRows(connection, history)
  const sections = new SectionRows(connection)
  const dayCounts = new DayCountRows(connection)
  const access = new AccessRows(connection)
  const policy = new PolicyRows(connection)
  const files = dataFilesIn(options.directory)
  const auditFile = openAudit(files.audit, connection, policy)
  const disk = walFileOf(files.database)
  const listeners = new Set<CommitListener>()
  const onListenerError = options.onListenerError ?? warnOfListener
  const notify: CommitListener = (committed) => {
    for (const listener of listeners) tryListener(listener, committed, onListenerError)
  }
  const commits = createCommits({ connection, servers, sections, history, access, policy, auditFile, notify, disk })
  const serves = lock !== null
  if (serves) {
    servers.load()
    // Every page of every server was read, once: what is needed again comes back, and 35 MB of 10,000 servers do not.
    connection.database.exec('PRAGMA shrink_memory')
  }
  let closed = false
  let isDemo = readMeta(connection, 'demo') !== null

  return {
    epoch: readEpoch(connection),
    get isDemo() {
      return isDemo
    },
    markAsDemo() {
      connection.run("INSERT OR IGNORE INTO meta (key, value) VALUES ('demo', 'yes')")
      isDemo = true
    },
    ...createAdmin(connection, access, policy, auditFile),
    transact(work) {
      if (closed) return Promise.reject(new Error('The store is closed'))
      if (!serves) return Promise.reject(new Error('Only the process that serves the store writes servers'))
      return commits.run(work)
    },
    onCommit(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    loadServers() {
      if (!serves) servers.load()
      return servers.all()
    },
    saveContacts(contacts) {
      connection.transaction(() => {
        servers.saveContacts(contacts)
        history.trim(options.clock.now())
      })
    },
    storedValue: (serverId, name) => sections.read(serverId, name),
    history: (query) => searchHistory(connection, query, (id) => servers.lastHistoryId(id)).records,
    searchHistory: (query) => searchHistory(connection, query, (id) => servers.lastHistoryId(id)),
    changesAfter: (afterId, limit) => servers.changesAfter(afterId, limit),
    lastChangeId: () => servers.lastChangeId,
    saveDayCounts: (day, tallies) => dayCounts.save(day, tallies),
    dayCounts: (application, fromDay, toDay) => dayCounts.read(application, fromDay, toDay),
    check: () => void readEpoch(connection),
    close() {
      if (closed) return
      closed = true
      commits.drain()
      disk.close()
      connection.close()
      lock?.release()
    },
  }
}

/** What a crash kept out of the file is written now. Throws StoreError for a database older than the file. */
function openAudit(file: string, connection: Connection, policy: PolicyRows): AuditFile {
  try {
    const auditFile = new AuditFile(file, connection, policy)
    auditFile.follow()
    return auditFile
  } catch (error) {
    connection.close()
    throw error
  }
}

function readEpoch(connection: Connection): string {
  const known = readMeta(connection, 'epoch')
  if (known !== null) return known
  connection.run("INSERT OR IGNORE INTO meta (key, value) VALUES ('epoch', ?)", randomBytes(16).toString('hex'))
  return String(readMeta(connection, 'epoch'))
}

function readMeta(connection: Connection, key: 'epoch' | 'demo'): string | null {
  const value = connection.get('SELECT value FROM meta WHERE key = ?', key)?.['value']
  return typeof value === 'string' ? value : null
}

function tryListener(
  listener: CommitListener,
  committed: Parameters<CommitListener>[0],
  onError: (error: unknown) => void,
): void {
  try {
    listener(committed)
  } catch (error) {
    onError(error)
  }
}

function warnOfListener(error: unknown): void {
  process.emitWarning(`A listener of the store failed: ${String(error)}`)
}

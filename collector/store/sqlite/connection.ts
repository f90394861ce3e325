// One connection to the database file, set up so that what was acknowledged survives a crash.
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { StoreError } from '../store-error.ts'

/** Before 3.51.3 a checkpoint racing with another connection could corrupt a WAL database. */
const SQLITE_OLDEST = '3.51.3'
/** How long a write waits for the other connection (server or command line); its transactions take milliseconds. */
const BUSY_TIMEOUT_MS = 5_000
const CACHE_KIBIBYTES = 64 * 1024
const WAL_BYTES_KEPT = 64 * 1024 * 1024

const PRAGMAS = [
  'journal_mode = WAL',
  // FULL syncs the log at every commit: what only NORMAL wrote is gone at a power cut.
  'synchronous = FULL',
  // A tampered schema cannot call functions with side effects.
  'trusted_schema = OFF',
  // An I/O error in a mapped page is a SIGBUS that ends the process; read(2) reports it.
  'mmap_size = 0',
  'temp_store = MEMORY',
  // Reports come in from all servers in turn: with SQLite's 2 MB nearly every one would read its page from the file again.
  `cache_size = -${CACHE_KIBIBYTES}`,
  // 32 MB of WAL between checkpoints: each one syncs the database file, with all reports waiting.
  'wal_autocheckpoint = 8000',
  `journal_size_limit = ${WAL_BYTES_KEPT}`,
]

/** A connection with its prepared statements, one per SQL text. */
export class Connection {
  readonly database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  #isUnsynced = false

  constructor(database: DatabaseSync) {
    this.database = database
  }

  prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.prepare(sql).run(...values).changes)
  }

  get(sql: string, ...values: SQLInputValue[]): Record<string, unknown> | null {
    return this.prepare(sql).get(...values) ?? null
  }

  all(sql: string, ...values: SQLInputValue[]): Record<string, unknown>[] {
    return this.prepare(sql).all(...values)
  }

  /** Runs `work` in a write transaction of its own. */
  transaction<T>(work: () => T): T {
    this.begin()
    try {
      const result = work()
      this.commit()
      return result
    } catch (error) {
      this.rollback()
      throw error
    }
  }

  /** IMMEDIATE takes the write lock at once: a deferred one can fail half way, where waiting no longer helps. */
  begin(): void {
    this.run('BEGIN IMMEDIATE')
  }

  /** The same for a transaction whose commit does not sync: who acknowledges it has synced the log before (wal-file.ts). */
  beginUnsynced(): void {
    // Not prepared: SQLite sets it when it compiles the statement, once.
    this.database.exec('PRAGMA synchronous = NORMAL')
    this.#isUnsynced = true
    try {
      this.begin()
    } catch (error) {
      this.#syncAgain()
      throw error
    }
  }

  commit(): void {
    this.run('COMMIT')
    this.#syncAgain()
  }

  /** After a full disk or an I/O error SQLite may have rolled back by itself. */
  rollback(): void {
    if (this.database.isTransaction) this.run('ROLLBACK')
    this.#syncAgain()
  }

  #syncAgain(): void {
    if (!this.#isUnsynced) return
    this.database.exec('PRAGMA synchronous = FULL')
    this.#isUnsynced = false
  }

  close(): void {
    this.#statements.clear()
    this.database.close()
  }
}

/** Opens the file with every pragma set. Throws StoreError. */
export function openConnection(file: string): Connection {
  const connection = openPlain(file)
  try {
    requireSqlite(String(connection.get('SELECT sqlite_version() AS version')?.['version']))
    for (const pragma of PRAGMAS) connection.database.exec(`PRAGMA ${pragma}`)
    return connection
  } catch (error) {
    connection.close()
    throw error instanceof StoreError ? error : unreadable(file, error)
  }
}

export function requireSqlite(version: string): void {
  if (compareVersions(version, SQLITE_OLDEST) >= 0) return
  throw new StoreError(
    `This runtime brings SQLite ${version}, the store needs ${SQLITE_OLDEST} or later`,
    'Run the collector on the runtime it ships with',
  )
}

function openPlain(file: string): Connection {
  try {
    return new Connection(new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, defensive: true, allowExtension: false }))
  } catch (error) {
    throw unreadable(file, error)
  }
}

function unreadable(file: string, cause: unknown): StoreError {
  const detail = cause instanceof Error ? cause.message : String(cause)
  return new StoreError(
    `The database ${file} cannot be used (${detail})`,
    'Check its owner and mode; if it is damaged, move it away and restore a backup',
    { cause },
  )
}

function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number)
  const right = b.split('.').map(Number)
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

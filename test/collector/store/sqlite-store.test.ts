import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../../../shared/judgement/policy.ts'
import { Projection } from '../../../collector/changes/projection.ts'
import { openConnection, requireSqlite } from '../../../collector/store/sqlite/connection.ts'
import { dataFilesIn, fileSystemProblem, prepareDataFolder } from '../../../collector/store/sqlite/data-folder.ts'
import { migrate, MIGRATIONS, readVersion } from '../../../collector/store/sqlite/migrate.ts'
import { openSqliteStore } from '../../../collector/store/sqlite-store.ts'
import { StoreError } from '../../../collector/store/store-error.ts'
import type { Store } from '../../../collector/store/store.ts'
import { AUDIT, NOW, serverRecord, tokenRecord } from '../../support/store/records.ts'
import { temporaryFolder } from '../../support/store/temp-folder.ts'
import { describeStore } from './store-contract.ts'

const open = (directory: string, mode: 'serve' | 'admin' = 'serve') =>
  openSqliteStore({ directory, mode, clock: { now: () => NOW }, onListenerError: () => {} })

describeStore('SQLite', (run) => async () => {
  const directory = temporaryFolder()
  const stores: Store[] = []
  const reopen = () => {
    const store = open(directory)
    stores.push(store)
    return store
  }
  try {
    await run(reopen)
  } finally {
    for (const store of stores) store.close()
  }
})

describe('the data folder', () => {
  it('is made private, and so is every file in it', async () => {
    const directory = join(temporaryFolder(), 'new', 'data')
    const store = open(directory)
    await store.transact((tx) => tx.putServer(serverRecord('s1'), [], NOW))

    const modes = readdirSync(directory).map((name) => [
      name,
      (statSync(join(directory, name)).mode & 0o777).toString(8),
    ])
    store.close()

    expect(statSync(directory).mode & 0o777).toBe(0o700)
    expect(modes.map(([name]) => name)).toContain('overdue.db-wal')
    expect(modes.filter(([, mode]) => mode !== '600')).toEqual([])
  })

  it('has its database made private when it was not', () => {
    const directory = temporaryFolder()
    open(directory).close()
    chmodSync(join(directory, 'overdue.db'), 0o644)

    open(directory).close()

    expect(statSync(join(directory, 'overdue.db')).mode & 0o777).toBe(0o600)
  })

  it('is refused when other users can write it', () => {
    const directory = temporaryFolder()
    chmodSync(directory, 0o777)

    expect(() => open(directory)).toThrow(/can be written by other users\. Run chmod 0700/)
  })

  it('is refused when it is a file', () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')

    expect(() => open(file)).toThrow(StoreError)
    expect(() => open(file)).toThrow(file)
  })

  it.each([
    [0x6969, 'NFS'],
    [0xff534d42, 'CIFS'],
    [0xff534d42 | 0, 'CIFS'],
    [0xfe534d42, 'SMB2'],
  ])('is refused on file system type %i (%s)', (type, name) => {
    expect(fileSystemProblem(type)?.what).toContain(name)
  })

  it.each([0xef53, 0x58465342, 0x9123683e, 0x01021994])('may be on the local file system type %i', (type) => {
    expect(fileSystemProblem(type)).toBeNull()
  })

  it('is refused when the database is something else', () => {
    const directory = temporaryFolder()
    writeFileSync(join(directory, 'overdue.db'), 'x'.repeat(5_000))

    expect(() => open(directory)).toThrow(/overdue\.db cannot be used .*restore a backup/)
  })

  it('is refused when the database belongs to another program', () => {
    const directory = temporaryFolder()
    const foreign = new DatabaseSync(join(directory, 'overdue.db'))
    foreign.exec('CREATE TABLE songs (title TEXT)')
    foreign.close()

    expect(() => open(directory)).toThrow('is not a database of Overdue')
  })

  it('is refused when a server’s record is damaged, naming the server', async () => {
    const directory = temporaryFolder()
    const store = open(directory)
    await store.transact((tx) => tx.putServer(serverRecord('s1'), [], NOW))
    store.close()
    const database = new DatabaseSync(join(directory, 'overdue.db'))
    database.exec("UPDATE servers SET document = '{'")
    database.close()

    expect(() => open(directory)).toThrow('The stored record of server s1 cannot be read')
    // The failed start let go of everything: a repaired folder can be served at once.
    const repaired = new DatabaseSync(join(directory, 'overdue.db'))
    repaired.exec('DELETE FROM servers')
    repaired.close()
    open(directory).close()
  })
})

describe('the connection', () => {
  it('syncs every commit, trusts no schema and maps no memory', () => {
    const connection = openConnection(join(temporaryFolder(), 'x.db'))
    const pragma = (name: string) => Object.values(connection.get(`PRAGMA ${name}`) ?? {})[0]

    expect(pragma('journal_mode')).toBe('wal')
    expect(pragma('synchronous')).toBe(2)
    expect(pragma('trusted_schema')).toBe(0)
    expect(pragma('mmap_size') ?? 0).toBe(0)
    expect(pragma('busy_timeout')).toBe(5_000)
    connection.close()
  })

  it.each(['3.51.2', '3.9.99', '2.99.0'])('refuses SQLite %s', (version) => {
    expect(() => requireSqlite(version)).toThrow(`brings SQLite ${version}, the store needs 3.51.3 or later`)
  })

  it.each(['3.51.3', '3.52.0', '4.0'])('accepts SQLite %s', (version) => {
    expect(() => requireSqlite(version)).not.toThrow('SQLite')
  })

  it('keeps every table strict', () => {
    const directory = temporaryFolder()
    open(directory).close()
    const database = new DatabaseSync(join(directory, 'overdue.db'))
    const loose = database
      .prepare("SELECT name FROM pragma_table_list WHERE strict = 0 AND name NOT LIKE 'sqlite_%'")
      .all()
    database.close()

    expect(loose).toEqual([])
  })
})

describe('migrations', () => {
  const STEP = 'ALTER TABLE servers ADD COLUMN note TEXT'

  it('refuse a folder of a newer version, saying which, and leave it alone', () => {
    const directory = temporaryFolder()
    open(directory).close()
    const database = new DatabaseSync(join(directory, 'overdue.db'))
    database.exec('PRAGMA user_version = 99')
    database.close()

    expect(() => open(directory)).toThrow(
      `The data folder ${directory} has schema version 99, this collector knows versions up to ${MIGRATIONS.length}`,
    )
    expect(() => open(directory)).toThrow('Start the newer collector')
    expect(() => open(directory, 'admin')).toThrow('schema version 99')
  })

  it('keep a copy of the data as it was', async () => {
    const directory = temporaryFolder()
    const store = open(directory)
    await store.transact((tx) => tx.putServer(serverRecord('s1'), [], NOW))
    store.close()
    const files = dataFilesIn(directory)
    const connection = openConnection(files.database)
    const steps = [...MIGRATIONS, STEP]

    migrate(connection, files, readVersion(connection, files, steps.length), steps)

    const next = steps.length
    expect(readVersion(connection, files, next)).toBe(next)
    connection.close()
    const copyFile = `${files.database}.v${next - 1}-before-v${next}`
    const copy = new DatabaseSync(copyFile)
    expect(copy.prepare('PRAGMA user_version').get()).toEqual({ user_version: next - 1 })
    expect(copy.prepare('SELECT id FROM servers').all()).toEqual([{ id: 's1' }])
    copy.close()
    expect(statSync(copyFile).mode & 0o777).toBe(0o600)
  })

  it('leave the version where it was when a step fails', () => {
    const directory = temporaryFolder()
    open(directory).close()
    const files = dataFilesIn(directory)
    const connection = openConnection(files.database)
    const steps = [...MIGRATIONS, `${STEP}; SELECT nonsense`]

    expect(() => migrate(connection, files, MIGRATIONS.length, steps)).toThrow('nonsense')

    expect(readVersion(connection, files, steps.length)).toBe(MIGRATIONS.length)
    expect(connection.all("SELECT name FROM pragma_table_info('servers') WHERE name = 'note'")).toEqual([])
    connection.close()
  })

  it('make no copy of a new folder', () => {
    const directory = temporaryFolder()
    mkdirSync(directory, { recursive: true })
    prepareDataFolder(dataFilesIn(directory))
    open(directory).close()

    expect(readdirSync(directory).filter((name) => name.includes('before'))).toEqual([])
  })
})

describe('two processes on one folder', () => {
  it('cannot both serve it', () => {
    const directory = temporaryFolder()
    const serving = open(directory)

    expect(() => open(directory)).toThrow(`Another collector process serves the data folder ${directory}`)
    serving.close()
    open(directory).close()
  })

  it('are not blamed for a lock file that is damaged', () => {
    const directory = temporaryFolder()
    writeFileSync(join(directory, 'serving.lock'), 'x'.repeat(5_000))

    expect(() => open(directory)).toThrow(/serving\.lock cannot be taken .*not a database.*Remove that file/)
  })

  it('see each other’s tokens and policy, while only the serving one writes servers', async () => {
    const directory = temporaryFolder()
    const serving = open(directory)
    const admin = open(directory, 'admin')
    await serving.transact((tx) => tx.putServer(serverRecord('s1'), [], NOW))

    admin.createToken(tokenRecord(), AUDIT)
    admin.savePolicy({ ...DEFAULT_POLICY, silentAfterMs: 7 }, AUDIT)

    expect(serving.token('token1')).toEqual(tokenRecord())
    expect(serving.policy()?.silentAfterMs).toBe(7)
    expect([...admin.loadServers()].map(({ id }) => id)).toEqual(['s1'])
    await expect(admin.transact(() => 1)).rejects.toThrow('Only the process that serves the store')
    admin.savePolicy({ ...DEFAULT_POLICY, silentAfterMs: 8 }, AUDIT)
    await new Promise((resolve) => setImmediate(resolve))
    expect(serving.policy()?.silentAfterMs).toBe(8)
    admin.close()
    serving.close()
  })

  it('start with the command line: it may come first', () => {
    const directory = join(temporaryFolder(), 'data')
    const admin = open(directory, 'admin')
    admin.createToken(tokenRecord(), AUDIT)
    admin.close()

    const serving = open(directory)

    expect(serving.tokens()).toHaveLength(1)
    serving.close()
  })
})

it('a store that was closed does not answer', () => {
  const store = open(temporaryFolder())
  expect(() => store.check()).not.toThrow()
  store.close()

  expect(() => store.check()).toThrow('not open')
})

it('ten thousand servers are all there again, in order and counted', async () => {
  const directory = temporaryFolder()
  const store = open(directory)
  const SERVERS = 10_000
  const records = Array.from({ length: SERVERS }, (_, n) =>
    serverRecord(`s${n}`, { sections: {} }, { state: n % 10 === 0 ? 'restart-required' : 'ok', since: NOW - n }),
  )
  await Promise.all(records.map((record) => store.transact((tx) => tx.putServer(record, [], NOW))))
  store.close()

  const startedAt = performance.now()
  const again = open(directory)
  const projection = new Projection(again)
  const first = projection.inOrder()[0]
  console.log(`ready with ${SERVERS} servers after ${Math.round(performance.now() - startedAt)} ms`)

  expect(projection.size).toBe(SERVERS)
  expect(projection.counts().state).toEqual({ ok: 9_000, deferrable: 0, 'restart-required': 1_000, unknown: 0 })
  expect(first?.id).toBe('s9990')
  again.close()
})

import { describe, expect, it } from 'vitest'
import { AccessRows } from '../../../collector/store/sqlite/access-rows.ts'
import { AuditFile } from '../../../collector/store/sqlite/audit-file.ts'
import { createCommits } from '../../../collector/store/sqlite/commits.ts'
import { openConnection } from '../../../collector/store/sqlite/connection.ts'
import { dataFilesIn } from '../../../collector/store/sqlite/data-folder.ts'
import { type CommitEngine, createGroupCommit } from '../../../collector/store/sqlite/group-commit.ts'
import { HistoryRows } from '../../../collector/store/sqlite/history-rows.ts'
import { migrate } from '../../../collector/store/sqlite/migrate.ts'
import { PolicyRows } from '../../../collector/store/sqlite/policy-rows.ts'
import { SectionRows } from '../../../collector/store/sqlite/section-rows.ts'
import { ServerRows } from '../../../collector/store/sqlite/server-rows.ts'
import { NOW, serverRecord } from '../../support/store/records.ts'
import { walFileOf } from '../../../collector/store/sqlite/wal-file.ts'
import { temporaryFolder } from '../../support/store/temp-folder.ts'

type Log = { write(text: string): void }

/** Keeps what became durable; `fail` makes a step throw. The disk answers at the end of the turn. */
function createEngine(fail: (step: 'begin' | 'commit', open: readonly string[]) => void = () => {}) {
  const durable: string[] = []
  const batches: string[][] = []
  let open: string[] = []
  let writes = 0
  const engine: CommitEngine<Log> = {
    tx: {
      write(text) {
        writes += 1
        open.push(text)
        if (text === 'poison') throw new Error('poison')
      },
    },
    begin: () => fail('begin', open),
    commit: () => fail('commit', open),
    rollback: () => (open = []),
    writeCount: () => writes,
    committed() {
      const batch = open
      if (batch.length > 0) batches.push(batch)
      open = []
      return () => void durable.push(...batch)
    },
    disk: { sync: (done) => setImmediate(done, null), syncNow: () => {} },
  }
  return { commits: createGroupCommit(engine), durable, batches }
}

describe('group commit', () => {
  it('puts the units of one turn into one transaction', async () => {
    const { commits, batches } = createEngine()

    await Promise.all(['a', 'b', 'c'].map((text) => commits.run((log) => log.write(text))))

    expect(batches).toEqual([['a', 'b', 'c']])
  })

  it('answers no unit before its transaction is durable', async () => {
    const { commits, durable } = createEngine()

    const seen = await Promise.all(
      ['a', 'b'].map((text) => commits.run((log) => log.write(text)).then(() => [...durable])),
    )

    expect(seen).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ])
  })

  it('tries each unit alone when one failed after it had written', async () => {
    const { commits, batches } = createEngine()

    const results = await Promise.allSettled(['a', 'poison', 'b'].map((text) => commits.run((log) => log.write(text))))

    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(batches).toEqual([['a'], ['b']])
  })

  it('tries each unit alone when the commit failed, and fails those that cannot be committed', async () => {
    const { commits, durable } = createEngine((step, open) => {
      if (step === 'commit' && open.includes('large')) throw new Error('disk full')
    })

    const results = await Promise.allSettled(['a', 'large', 'b'].map((text) => commits.run((log) => log.write(text))))

    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(durable).toEqual(['a', 'b'])
  })

  it('fails the batch at once when the write lock is not to be had, and goes on with the next', async () => {
    let attempts = 0
    const { commits, durable } = createEngine((step) => {
      if (step === 'begin' && (attempts += 1) === 1) throw new Error('busy')
    })

    const results = await Promise.allSettled(['a', 'b'].map((text) => commits.run((log) => log.write(text))))
    await commits.run((log) => log.write('c'))

    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(attempts).toBe(2)
    expect(durable).toEqual(['c'])
  })

  it('takes at most 256 units at a time, in order', async () => {
    const { commits, batches } = createEngine()

    await Promise.all(Array.from({ length: 600 }, (_, index) => commits.run((log) => log.write(String(index)))))

    expect(batches.map((batch) => batch.length)).toEqual([256, 256, 88])
    expect(batches.flat()).toEqual(Array.from({ length: 600 }, (_, index) => String(index)))
  })
})

describe('a full disk', () => {
  it('fails what does not fit and takes the rest up again once there is room', async () => {
    const files = dataFilesIn(temporaryFolder())
    const connection = openConnection(files.database)
    migrate(connection, files, 0)
    const history = new HistoryRows(connection)
    const servers = new ServerRows(connection, history)
    const policy = new PolicyRows(connection)
    const told: string[] = []
    const commits = createCommits({
      connection,
      history,
      servers,
      sections: new SectionRows(connection),
      access: new AccessRows(connection),
      policy,
      auditFile: new AuditFile(files.audit, connection, policy),
      disk: walFileOf(files.database),
      notify: (committed) => told.push(...committed.map(({ record }) => record.id)),
    })
    const put = (id: string, bytes: number) =>
      commits.run((tx) => tx.putServer(serverRecord(id, { enrolledName: 'x'.repeat(bytes) }), [], NOW).id)
    const pages = Number(Object.values(connection.get('PRAGMA page_count') ?? {})[0])
    connection.database.exec(`PRAGMA max_page_count = ${pages + 4}`)

    const full = await Promise.allSettled([put('small', 10), put('large', 1_000_000), put('also-small', 10)])
    connection.database.exec('PRAGMA max_page_count = 1000000')
    const later = await put('large', 1_000_000)

    expect(full.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(later).toBe(3)
    expect(told).toEqual(['small', 'also-small', 'large'])
    connection.close()
  })
})

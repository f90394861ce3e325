// A record is two rows on disk: nothing of it may be lost between them, whatever changes.
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ServerRecord } from '../../../collector/store/records.ts'
import { openSqliteStore } from '../../../collector/store/sqlite-store.ts'
import { openConnection } from '../../../collector/store/sqlite/connection.ts'
import { dataFilesIn } from '../../../collector/store/sqlite/data-folder.ts'
import { migrate, MIGRATIONS } from '../../../collector/store/sqlite/migrate.ts'
import { factsOf, haveSameFacts, joinRecord, stateOf } from '../../../collector/store/sqlite/record-parts.ts'
import { NOW, serverRecord } from '../../support/store/records.ts'
import { temporaryFolder } from '../../support/store/temp-folder.ts'

const seen = <T>(value: T, readAt: number) =>
  ({ outcome: 'observed', reason: null, readAt, value, failedSince: null }) as const
const moment = (n: number) => ({ uptimeMs: n, at: n, quality: 'exact' }) as const
const BOOT = { kernelBootId: 'one', runMarker: 'two', bootedAt: 3, moments: {}, since: null }
const UNTOLD = { kernelBootId: null, runMarker: null, bootedAt: null, moments: {}, since: null }
const asStored = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** What a store with these two rows would read back. */
function throughRows(facts: ServerRecord, state: ServerRecord): ServerRecord {
  return { ...joinRecord(asStored(factsOf(facts)), asStored(stateOf(state))), verdict: state.verdict }
}

function without(sections: ServerRecord['sections'], name: 'kernel' | 'sentinel'): ServerRecord['sections'] {
  const kept = { ...sections }
  delete kept[name]
  return kept
}

function withDigest(record: ServerRecord, name: string, digest: string): ServerRecord {
  return { ...record, acceptance: { ...record.acceptance, digests: { ...record.acceptance.digests, [name]: digest } } }
}

/** Every kind of step a record may take. */
const STEPS: ((record: ServerRecord, n: number) => ServerRecord)[] = [
  (record, n) => ({ ...record, lastContactAt: n, lastReportAt: n, revision: n }),
  (record, n) => ({ ...record, credentialHash: `hash ${n}` }),
  (record, n) => ({ ...record, lifecycle: n % 2 === 0 ? 'conflict' : 'active' }),
  (record, n) => ({ ...record, approvedAt: n }),
  (record, n) => ({
    ...record,
    acceptance: { ...record.acceptance, seq: n, root: `root ${n}`, complete: n % 2 === 0 },
  }),
  (record, n) => ({ ...record, acceptance: { ...record.acceptance, returnsAt: [n] } }),
  (record, n) => ({
    ...record,
    acceptance: { ...record.acceptance, formerInstances: [{ instance: `${n}`, seq: n }] },
  }),
  (record, n) => ({
    ...record,
    boot: { ...(record.boot ?? UNTOLD), moments: { sentinel: moment(n) }, since: moment(n), goodbyeAt: n },
  }),
  (record, n) => ({ ...record, sections: { ...record.sections, sentinel: seen({ present: true } as never, n) } }),
  (record, n) => ({ ...record, sections: { ...record.sections, kernel: seen({ release: `${n}` } as never, n) } }),
  (record, n) => ({
    ...record,
    sections: {
      ...record.sections,
      ...(record.sections.kernel && { kernel: { ...record.sections.kernel, readAt: n } }),
    },
  }),
  (record, n) => ({ ...record, boot: { ...UNTOLD, kernelBootId: `${n}`, bootedAt: n } }),
  (record) => ({ ...record, boot: null }),
  (record, n) => ({ ...record, acceptance: { ...record.acceptance, instance: `instance ${n}` } }),
  (record, n) => withDigest(record, n % 2 === 0 ? 'sentinel' : 'kernel', `digest ${n}`),
  (record) => ({ ...record, acceptance: { ...record.acceptance, digests: {} } }),
  (record) => ({ ...record, sections: without(record.sections, 'kernel') }),
  (record) => ({ ...record, sections: without(record.sections, 'sentinel') }),
  (record, n) => ({ ...record, somethingNew: n }) as ServerRecord,
]

describe('a record in two rows', () => {
  it('is whole again after any steps, with its facts written only when they changed', () => {
    const steps = fc.array(fc.tuple(fc.nat(STEPS.length - 1), fc.integer({ min: 1, max: 1_000_000 })), { minLength: 1 })
    fc.assert(
      fc.property(steps, (taken) => {
        let record = serverRecord('s1')
        let written = record
        for (const [step, n] of taken) {
          record = STEPS[step]?.(record, n) ?? record
          if (!haveSameFacts(written, record)) written = record
        }
        expect(throughRows(written, record)).toEqual(asStored(record))
      }),
    )
  })

  it('does not write its facts for what every report changes', () => {
    const before = serverRecord('s1', { boot: BOOT })
    const moved = [0, 4, 8].reduce((record, step) => STEPS[step]?.(record, 7) ?? record, before)
    const after = { ...withDigest(moved, 'sentinel', 'another'), boot: { ...BOOT, since: moment(7), goodbyeAt: 7 } }

    expect(haveSameFacts(before, after)).toBe(true)
    expect(haveSameFacts(before, { ...after, boot: { ...after.boot, bootedAt: 8 } })).toBe(false)
    expect(haveSameFacts(before, withDigest(after, 'kernel', 'another'))).toBe(false)
    expect(haveSameFacts(before, { ...after, somethingNew: 1 } as ServerRecord)).toBe(false)
  })
})

describe('data of the release before', () => {
  it('is read as it was, and goes on', async () => {
    const directory = temporaryFolder()
    const files = dataFilesIn(directory)
    const record = { ...serverRecord('s1'), revision: 12, lastReportAt: NOW }
    const connection = openConnection(join(directory, 'overdue.db'))
    migrate(connection, files, 0, MIGRATIONS.slice(0, 2))
    const { verdict, ...document } = record
    const withSignals = { ...verdict, signals: [] }
    connection.run(
      `INSERT INTO servers (number, id, credential_hash, last_history_id, document, verdict) VALUES (1, 's1', ?, NULL, ?, ?)`,
      record.credentialHash,
      JSON.stringify({ ...document, verdict: null }),
      JSON.stringify(withSignals),
    )
    connection.close()
    const open = () => openSqliteStore({ directory, clock: { now: () => NOW } })

    const store = open()
    expect([...store.loadServers()]).toEqual([asStored(record)])
    const change = await store.transact((tx) => tx.putServer({ ...record, lastReportAt: NOW + 1 }, [], NOW))
    store.close()

    expect(change.id).toBe(13)
    const again = open()
    expect([...again.loadServers()]).toEqual([asStored({ ...record, lastReportAt: NOW + 1, revision: 13 })])
    again.close()
  })

  it('keeps what stood in the state and is a fact now', async () => {
    const directory = temporaryFolder()
    const open = () => openSqliteStore({ directory, clock: { now: () => NOW } })
    const told = { instance: 'i', seq: 3, root: 'r', complete: true, digests: { kernel: 'k', sentinel: 's' } }
    const record = serverRecord('s1', { boot: { ...BOOT, since: moment(7) } })
    const first = open()
    await first.transact((tx) => tx.putServer(record, [], NOW))
    first.close()
    const connection = openConnection(join(directory, 'overdue.db'))
    const state = { acceptance: told, boot: record.boot, sentinel: null, readAt: {}, lastContactAt: NOW, revision: 1 }
    connection.run('UPDATE states SET document = ?', JSON.stringify({ ...state, lastReportAt: NOW }))
    connection.run(`UPDATE servers SET document = json_set(document, '$.boot', NULL)`)
    connection.close()

    const store = open()
    const [read] = [...store.loadServers()]
    expect(read).toMatchObject({ acceptance: told, boot: record.boot })
    await store.transact((tx) => tx.putServer({ ...record, ...read, lastReportAt: NOW + 1 }, [], NOW))
    store.close()

    const again = open()
    expect([...again.loadServers()]).toEqual([{ ...read, lastReportAt: NOW + 1, revision: 2 }])
    again.close()
  })
})

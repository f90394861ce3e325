import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byUrgency } from '../../../shared/judgement/order.ts'
import { LIFECYCLES, STATES } from '../../../shared/judgement/verdict.ts'
import { countRecord, zeroCounts } from '../../../collector/changes/counts.ts'
import { LiveFeed } from '../../../collector/changes/live-feed.ts'
import { Projection } from '../../../collector/changes/projection.ts'
import { nameOf, type ServerRecord } from '../../../collector/store/records.ts'
import type { CommitListener } from '../../../collector/store/store.ts'
import { NOW, serverRecord } from '../../support/store/records.ts'

/** The two methods that everything downstream of the store needs. */
function createCommitSource(initial: readonly ServerRecord[] = []) {
  const listeners: CommitListener[] = []
  let lastId = 0
  return {
    loadServers: () => initial,
    onCommit(listener: CommitListener) {
      listeners.push(listener)
      return () => {}
    },
    commit(...records: ServerRecord[]) {
      const committed = records.map((record) => {
        lastId += 1
        return { record, change: { id: lastId, serverId: record.id, at: NOW, events: [] } }
      })
      for (const listener of listeners) listener(committed)
    },
  }
}

const idsOf = (records: readonly ServerRecord[]) => records.map(({ id }) => id)
const required = (id: string, since: number) => serverRecord(id, {}, { state: 'restart-required', since })
const ok = (id: string) => serverRecord(id, {}, { state: 'ok' })

describe('the order of servers', () => {
  it('is rebuilt from the store, most urgent first', () => {
    const projection = new Projection(createCommitSource([ok('a'), required('b', 2), required('c', 1)]))

    expect(idsOf(projection.inOrder())).toEqual(['c', 'b', 'a'])
  })

  it('follows each commit', () => {
    const source = createCommitSource([ok('a'), ok('b'), ok('c')])
    const projection = new Projection(source)

    source.commit(required('c', 1))
    const first = idsOf(projection.inOrder())
    source.commit(ok('c'), required('b', 1))

    expect(first).toEqual(['c', 'a', 'b'])
    expect(idsOf(projection.inOrder())).toEqual(['b', 'a', 'c'])
  })

  it('holds active servers only, while all of them can be looked up', () => {
    const source = createCommitSource([ok('a'), serverRecord('waiting', { lifecycle: 'pending-approval' })])
    const projection = new Projection(source)
    source.commit(serverRecord('a', { lifecycle: 'removed' }), ok('b'))

    expect(idsOf(projection.inOrder())).toEqual(['b'])
    expect(projection.get('waiting')?.lifecycle).toBe('pending-approval')
    expect(projection.get('a')?.lifecycle).toBe('removed')
    expect(projection.get('nobody')).toBeNull()
    expect(projection.size).toBe(3)
  })

  it('leaves a list alone that was handed out before', () => {
    const source = createCommitSource([ok('a'), ok('b')])
    const projection = new Projection(source)
    const before = projection.inOrder()

    source.commit(required('b', 1), ok('c'))
    projection.inOrder()

    expect(idsOf(before)).toEqual(['a', 'b'])
  })

  it('is that of a full sort after any commits, and so are the counts', () => {
    const record = fc
      .record({
        id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
        state: fc.constantFrom(...STATES),
        lifecycle: fc.constantFrom(...LIFECYCLES),
        since: fc.option(fc.integer({ min: 1, max: 5 })),
        promoted: fc.boolean(),
      })
      .map(({ id, state, lifecycle, since, promoted }) =>
        serverRecord(id, { lifecycle }, { state, since, promoted, reasons: promoted ? ['stale'] : [] }),
      )
    const commits = fc.array(fc.record({ records: fc.array(record, { maxLength: 5 }), look: fc.boolean() }))

    fc.assert(
      fc.property(fc.array(record), commits, (initial, steps) => {
        const latest = new Map(initial.map((one) => [one.id, one]))
        const source = createCommitSource([...latest.values()])
        const projection = new Projection(source)
        for (const { records, look } of steps) {
          source.commit(...records)
          for (const one of records) latest.set(one.id, one)
          if (look) projection.inOrder()
        }

        const active = [...latest.values()].filter(({ lifecycle }) => lifecycle === 'active')
        const rank = (one: ServerRecord) => ({ verdict: one.verdict, name: nameOf(one), id: one.id })
        const counts = zeroCounts()
        for (const one of latest.values()) countRecord(counts, one, 1)
        expect(idsOf(projection.inOrder())).toEqual(idsOf(active.sort((a, b) => byUrgency(rank(a), rank(b)))))
        expect(projection.counts()).toEqual(counts)
      }),
    )
  })
})

describe('counts', () => {
  it('hold active servers by state, reporting, exposure and reason', () => {
    const source = createCommitSource([
      serverRecord(
        'a',
        {},
        {
          state: 'restart-required',
          reporting: 'current',
          exposure: 'exposed',
          promoted: true,
          reasons: ['exposed', 'stale'],
        },
      ),
      serverRecord('b', {}, { state: 'ok', reporting: 'late' }),
      serverRecord('c', { lifecycle: 'pending-approval' }, { state: 'ok' }),
    ])
    const projection = new Projection(source)
    source.commit(serverRecord('b', {}, { state: 'unknown', reporting: 'silent', promoted: true, reasons: ['silent'] }))

    expect(projection.counts()).toEqual({
      total: 2,
      cannotTell: 1,
      state: { ok: 0, deferrable: 0, 'restart-required': 1, unknown: 1 },
      reporting: { current: 1, late: 0, silent: 1, restarting: 0, never: 0 },
      exposure: { exposed: 1, unknown: 1, filtered: 0 },
      promoted: 2,
      reasons: { exposed: 1, stale: 1, silent: 1 },
      snoozed: 0,
      lifecycle: { active: 2, 'pending-approval': 1, conflict: 0, removed: 0 },
      exposureMissing: { 'public-address': 0, scan: 0, other: 1 },
    })
  })

  it.each([
    ['maybe-nat-mapped', 'public-address'],
    ['not-scanned', 'scan'],
    ['facts-old', 'scan'],
    ['opaque-rule', 'other'],
  ] as const)('say for %s that %s is missing', (missing, what) => {
    const value = { count: 1, exposure: 'unknown' as const, openPorts: [], openPortsCount: 1, missing }
    const listeners = { outcome: 'observed' as const, reason: null, readAt: 0, value, failedSince: null }
    const source = createCommitSource([serverRecord('a', { sections: { listeners } }, { exposure: 'unknown' })])

    expect(new Projection(source).counts().exposureMissing).toEqual({
      'public-address': 0,
      scan: 0,
      other: 0,
      [what]: 1,
    })
  })
})

describe('contacts', () => {
  it('are the newest that was heard or stored', () => {
    const source = createCommitSource([serverRecord('a', { lastContactAt: 10 })])
    const projection = new Projection(source)

    projection.touch('a', 20)
    projection.touch('a', 15)
    source.commit(serverRecord('a', { lastContactAt: 18 }))

    expect(projection.lastContactAt('a')).toBe(20)
    expect(projection.lastContactAt('b')).toBeNull()
  })

  it('go back with a wall clock that was set back, whatever is written of the server meanwhile', () => {
    const hour = 3_600_000
    const source = createCommitSource([serverRecord('a', { lastContactAt: NOW })])
    const projection = new Projection(source)
    projection.touch('a', NOW + 5)

    projection.touch('a', NOW + 10 - hour)
    source.commit(serverRecord('a', { lastContactAt: NOW, heartbeatMs: 1 }))

    expect(projection.lastContactAt('a')).toBe(NOW + 10 - hour)
    expect(projection.newestContactAt()).toBe(NOW + 10 - hour)
    expect([...projection.takeDirtyContacts()]).toEqual([['a', NOW + 10 - hour]])
  })

  it('are due for writing once, and again when writing failed', () => {
    const projection = new Projection(createCommitSource())
    projection.touch('a', 1)
    projection.touch('b', 1)

    const due = projection.takeDirtyContacts()
    const nothing = projection.takeDirtyContacts()
    projection.touch('a', 2)
    projection.returnDirtyContacts(due)

    expect([...due]).toEqual([
      ['a', 1],
      ['b', 1],
    ])
    expect(nothing.size).toBe(0)
    expect(Object.fromEntries(projection.takeDirtyContacts())).toEqual({ a: 2, b: 1 })
  })
})

describe('the live feed', () => {
  it('tells of changes after the projection knows them', () => {
    const source = createCommitSource()
    const projection = new Projection(source)
    const feed = new LiveFeed(source)
    const told: unknown[] = []
    feed.subscribe(({ id, serverId }) => told.push([id, serverId, projection.get(serverId)?.verdict.state]))

    source.commit(ok('a'), required('b', 1))

    expect(told).toEqual([
      [1, 'a', 'ok'],
      [2, 'b', 'restart-required'],
    ])
  })

  it('stops when asked to', () => {
    const source = createCommitSource()
    const feed = new LiveFeed(source)
    const told: number[] = []
    const stop = feed.subscribe(({ id }) => told.push(id))
    source.commit(ok('a'))
    stop()
    source.commit(ok('a'))

    expect(told).toEqual([1])
    expect(feed.size).toBe(0)
  })

  it('drops a listener that throws, tells it, and goes on with the others', () => {
    const source = createCommitSource()
    const feed = new LiveFeed(source)
    const told: number[] = []
    const errors: unknown[] = []
    feed.subscribe(
      () => {
        throw new Error('slow reader')
      },
      (error) => errors.push(error),
    )
    feed.subscribe(({ id }) => told.push(id))

    source.commit(ok('a'), ok('b'))

    expect(told).toEqual([1, 2])
    expect(errors).toHaveLength(1)
  })
})

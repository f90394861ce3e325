import { describe, expect, it } from 'vitest'
import type { ServerRecord } from '../../../collector/store/records.ts'
import { DAY, flag, HOUR, NOW, observed, SECOND } from '../../shared/judgement/subjects.ts'
import { recordOf, serverId } from '../../support/judged-record.ts'
import { SweepRig } from './sweep-rig.ts'

const A = serverId(1)
const B = serverId(2)
const MINUTES = 60

describe('the sweeper', () => {
  it('tells that a server fell late, then silent, and that it lost what it knew', async () => {
    await using rig = await SweepRig.with([recordOf(1)])

    await rig.live(4 * MINUTES)
    expect(rig.verdict(A)).toMatchObject({ reporting: 'current', state: 'ok' })
    await rig.live(1)
    expect(rig.verdict(A)).toMatchObject({ reporting: 'late', state: 'ok' })
    await rig.live(11 * MINUTES)
    expect(rig.verdict(A)).toMatchObject({ reporting: 'silent', state: 'unknown', lastKnown: { state: 'ok', at: NOW } })
    expect(rig.history()).toEqual(['web-1 silent'])
  })

  it('writes nothing for a server that is heard', async () => {
    await using rig = await SweepRig.with([recordOf(1)])
    const revision = rig.projection.get(A)?.revision

    await rig.live(30 * MINUTES, [A])

    expect(rig.projection.get(A)?.revision).toBe(revision)
    expect(rig.verdict(A)).toMatchObject({ reporting: 'current' })
  })

  it('calls nobody late whose answer is held, and counts from the last contact once it is not', async () => {
    await using rig = await SweepRig.with([recordOf(1), recordOf(2)])
    rig.parked.add(A)

    await rig.live(20 * MINUTES)
    expect(rig.verdict(A)).toMatchObject({ reporting: 'current' })
    expect(rig.verdict(B)).toMatchObject({ reporting: 'silent' })

    rig.parked.delete(A)
    await rig.live(5 * MINUTES)
    expect(rig.verdict(A)).toMatchObject({ reporting: 'silent' })
  })

  it('promotes a need in the second in which it becomes stale', async () => {
    const since = { at: NOW - 30 * DAY + 90 * SECOND, quality: 'exact' as const }
    await using rig = await SweepRig.with([recordOf(1, { sentinel: observed(flag()) }, { since })])

    await rig.live(89, [A])
    expect(rig.verdict(A)).toMatchObject({ promoted: false })
    await rig.live(1, [A])
    expect(rig.verdict(A)).toMatchObject({ promoted: true, reasons: ['stale'] })
    expect(rig.history()).toEqual(['web-1 stale'])
  })

  it('leaves removed servers alone', async () => {
    await using rig = await SweepRig.with([{ ...recordOf(1), lifecycle: 'removed' }])

    await rig.live(20 * MINUTES)

    expect(rig.verdict(A)).toMatchObject({ reporting: 'current' })
  })

  it('takes what fell due while no collector ran', async () => {
    const since = { at: NOW - 29 * DAY, quality: 'exact' as const }
    const record = recordOf(1, { sentinel: observed(flag()) }, { since })
    await using rig = await SweepRig.with([record])
    rig.clock.pass(5 * DAY)

    await rig.live(1)

    expect(rig.verdict(A)).toMatchObject({ reasons: ['stale'] })
  })
})

describe('a record that makes the judge throw', () => {
  it('is logged, tried again after an hour, and keeps nobody else from being judged', async () => {
    let tries = 0
    await using rig = await SweepRig.with([recordOf(1), recordOf(2)], ({ projection }) => ({
      projection: {
        get: (id) => (id === A ? poisoned(projection.get(id), () => (tries += 1)) : projection.get(id)),
        all: () => projection.all(),
        lastContactAt: (id) => projection.lastContactAt(id),
      },
    }))

    await rig.live(20 * MINUTES)
    expect(rig.verdict(B)).toMatchObject({ reporting: 'silent' })
    expect(tries).toBe(1)
    expect(rig.log.lines).toEqual(['error: a server could not be judged; the next try is in an hour'])
    await rig.live(HOUR / SECOND)
    expect(tries).toBe(2)
  })

  function poisoned(record: ServerRecord | null, count: () => void): ServerRecord | null {
    if (record === null) return null
    return Object.defineProperty({ ...record }, 'sections', {
      get: () => {
        count()
        throw new Error('a record no code of ours would write')
      },
    })
  }
})

describe('a store', () => {
  it('that fails is tried again after a minute, with one line for all servers', async () => {
    let isFailing = true
    await using rig = await SweepRig.with([recordOf(1), recordOf(2)], ({ store }) => ({
      store: {
        transact: (work) => (isFailing ? Promise.reject(new Error('disk full')) : store.transact(work)),
        storedValue: (id, name) => store.storedValue(id, name),
        onCommit: (listener) => store.onCommit(listener),
      },
    }))

    await rig.live(4 * MINUTES + 30)
    expect(rig.log.lines).toEqual(['error: verdicts could not be stored; the next try is in a minute'])
    isFailing = false
    await rig.live(MINUTES)
    expect([rig.verdict(A)?.reporting, rig.verdict(B)?.reporting]).toEqual(['late', 'late'])
  })

  it('that stalls makes nobody late: no report could be stored either', async () => {
    let release = () => {}
    const stall = new Promise<void>((resolve) => (release = resolve))
    await using rig = await SweepRig.with([recordOf(1)], ({ store }) => ({
      store: {
        transact: (work) => stall.then(() => store.transact(work)),
        storedValue: (id, name) => store.storedValue(id, name),
        onCommit: (listener) => store.onCommit(listener),
      },
    }))
    await rig.live(4 * MINUTES)

    rig.clock.pass(SECOND)
    const stalled = rig.sweeper.tick()
    await rig.live(20 * MINUTES)
    release()
    await stalled

    expect(rig.verdict(A)).toMatchObject({ reporting: 'current' })
    await rig.live(10)
    expect(rig.blind.notice()).toMatchObject({ reason: 'store-stalled', servers: 1 })
    expect(rig.history()).toEqual([])
  })

  it('that never answers again does not keep the sweeper from stopping', async () => {
    await using rig = await SweepRig.with([recordOf(1)], ({ store }) => ({
      store: {
        transact: () => new Promise(() => {}),
        storedValue: (id, name) => store.storedValue(id, name),
        onCommit: (listener) => store.onCommit(listener),
      },
    }))
    await rig.live(4 * MINUTES)
    rig.clock.pass(SECOND)
    void rig.sweeper.tick()

    await rig.sweeper.stop(10)

    expect(rig.log.lines).toEqual(['error: a sweep did not end: the store does not answer'])
    expect(rig.verdict(A)).toMatchObject({ reporting: 'current' })
  })

  it('that a report reached first is believed: the server is not called late', async () => {
    await using rig = await SweepRig.with([recordOf(1)], ({ store, projection, clock }) => ({
      store: {
        transact: (work) => {
          projection.touch(A, clock.now())
          return store.transact(work)
        },
        storedValue: (id, name) => store.storedValue(id, name),
        onCommit: (listener) => store.onCommit(listener),
      },
    }))

    await rig.live(5 * MINUTES)

    expect(rig.verdict(A)).toMatchObject({ reporting: 'current' })
  })

  it('whose policy cannot be read does not end the sweep', async () => {
    await using rig = await SweepRig.with([recordOf(1)], () => ({
      policy: () => {
        throw new Error('database is locked')
      },
    }))

    await rig.live(2)

    expect(rig.log.lines).toEqual(['error: the sweep failed', 'error: the sweep failed'])
  })
})

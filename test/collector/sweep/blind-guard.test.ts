// Nobody is called late or silent by a collector that was blind itself, and nobody's death goes unseen because of it.
import { describe, expect, it } from 'vitest'
import { contact, DAY, HOUR, MINUTE, NOW } from '../../shared/judgement/subjects.ts'
import { recordOf, serverId } from '../../support/judged-record.ts'
import { BlindGuard } from '../../../collector/sweep/blind-guard.ts'
import { HandClock, LogBook, SweepRig } from './sweep-rig.ts'

const MINUTES = 60
const FLEET = Array.from({ length: 20 }, (_, index) => serverId(index))
const records = () => FLEET.map((_, index) => recordOf(index))
const reportings = (rig: SweepRig) => new Set(FLEET.map((id) => rig.verdict(id)?.reporting))

describe('a collector that was stopped and goes on', () => {
  it('calls nobody late, says so once, and stops saying it when all are heard', async () => {
    await using rig = await SweepRig.with(records())
    await rig.live(60, FLEET)

    rig.clock.pass(30 * MINUTE)
    await rig.live(10)
    expect(reportings(rig)).toEqual(new Set(['current']))
    expect(rig.blind.notice()).toEqual({ since: NOW + 31 * MINUTE + 1_000, reason: 'paused', servers: 20 })

    await rig.live(30 * MINUTES, FLEET)
    expect(rig.blind.notice()).toBeNull()
    expect(rig.history()).toEqual([])
    expect(rig.log.lines).toEqual(['warn: the collector was blind: contacts count from when it began to look'])
  })

  it('still sees the one server that does not come back', async () => {
    await using rig = await SweepRig.with(records())
    const alive = FLEET.slice(1)
    await rig.live(60, FLEET)

    rig.clock.pass(30 * MINUTE)
    await rig.live(16 * MINUTES, alive)

    expect(rig.verdict(FLEET[0] ?? '')).toMatchObject({ reporting: 'silent' })
    expect(rig.history()).toEqual(['web-1 silent'])
    expect(rig.blind.notice()).toBeNull()
  })

  it('does not take a busy second for a pause', async () => {
    await using rig = await SweepRig.with(records())

    rig.clock.pass(9_000)

    expect(rig.blind.tick()).toBeNull()
    rig.clock.pass(10_001)
    expect(rig.blind.tick()).toBe('paused')
  })
})

describe('a wall clock that jumps', () => {
  it.each([
    ['ten years ahead', 3_650 * DAY],
    ['an hour ahead', HOUR],
  ])('%s makes nobody late or silent', async (_, jump) => {
    await using rig = await SweepRig.with(records())
    await rig.live(60, FLEET)

    rig.clock.wall += jump
    await rig.live(10)
    expect(reportings(rig)).toEqual(new Set(['current']))
    await rig.live(20 * MINUTES, FLEET)

    expect(reportings(rig)).toEqual(new Set(['current']))
    expect(rig.history()).toEqual([])
  })

  it('back takes no contact of the time that was for a fresh one', () => {
    const clock = new HandClock()
    const guard = new BlindGuard({ clock, log: new LogBook() })
    const contactAt = (lastContactAt: number) =>
      guard.contactFor({ reporting: 'current', heartbeatMs: MINUTE, lastContactAt })
    clock.pass(1_000)
    clock.wall -= HOUR

    expect(guard.tick()).toBe('clock-jumped')
    clock.pass(5 * MINUTE)

    expect(contactAt(NOW)).toBe(NOW - HOUR + 1_000)
    expect(contactAt(clock.wall - 1)).toBe(clock.wall - 1)
  })

  it('and is set back does not hide a death for ten years', async () => {
    await using rig = await SweepRig.with(records())
    rig.clock.wall += 3_650 * DAY
    await rig.live(5 * MINUTES, FLEET)

    rig.clock.wall -= 3_650 * DAY
    await rig.live(1)
    await rig.live(20 * MINUTES)

    expect(rig.verdict(FLEET[0] ?? '')?.reporting).not.toBe('current')
  })
})

describe('a collector that starts', () => {
  it('gives every server a fresh start, but brings nobody back whom it had called silent', async () => {
    const silent = recordOf(0, {}, { contact: contact(NOW - HOUR) })
    const heard = FLEET.slice(1).map((_, index) =>
      recordOf(index + 1, {}, { contact: contact(NOW - HOUR), now: NOW - HOUR }),
    )
    await using rig = await SweepRig.with([silent, ...heard])

    await rig.live(10)

    expect(rig.verdict(FLEET[0] ?? '')).toMatchObject({ reporting: 'silent', lastKnown: { at: NOW - HOUR } })
    expect(rig.verdict(FLEET[1] ?? '')).toMatchObject({ reporting: 'current' })
    expect(rig.blind.notice()).toEqual({ since: NOW, reason: 'started', servers: 19 })
    expect(rig.history()).toEqual([])
  })

  it('counts a contact of whom it had called late so that it stays late', () => {
    const guard = new BlindGuard({ clock: new HandClock(), log: new LogBook() })

    const contactAt = guard.contactFor({ reporting: 'late', heartbeatMs: MINUTE, lastContactAt: NOW - 10 * MINUTE })

    expect(contactAt).toBe(NOW - 4 * MINUTE - 1)
  })

  it('calls nobody current whom it had called late', async () => {
    const late = recordOf(1, {}, { contact: contact(NOW - 10 * MINUTE) })
    await using rig = await SweepRig.with([late])

    await rig.live(14 * MINUTES)
    expect(rig.verdict(serverId(1))).toMatchObject({ reporting: 'late' })
    await rig.live(2 * MINUTES)
    expect(rig.verdict(serverId(1))).toMatchObject({ reporting: 'silent' })
  })
})

describe('many servers that fall late together', () => {
  it('are held back while a single server would be, and then told', async () => {
    await using rig = await SweepRig.with(records())
    const alive = FLEET.slice(10)
    await rig.live(60, FLEET)

    await rig.live(15 * MINUTES, alive)
    expect(reportings(rig)).toEqual(new Set(['current']))
    expect(rig.blind.notice()).toMatchObject({ reason: 'many-late', servers: 10 })

    while (rig.blind.isHolding()) await rig.live(1, alive)
    await rig.live(15, alive)
    expect(FLEET.map((id) => rig.verdict(id)?.reporting)).toEqual([
      ...Array.from({ length: 10 }, () => 'silent'),
      ...Array.from({ length: 10 }, () => 'current'),
    ])
    expect(rig.blind.notice()).toBeNull()
    expect(rig.log.lines).toEqual([
      'warn: many servers fall late together: late and silent are held back',
      'warn: the servers are still not heard: late and silent are told now',
    ])
  })

  it('and come back leave no trace in history', async () => {
    await using rig = await SweepRig.with(records())
    await rig.live(60, FLEET)

    await rig.live(8 * MINUTES)
    await rig.live(20 * MINUTES, FLEET)

    expect(reportings(rig)).toEqual(new Set(['current']))
    expect(rig.history()).toEqual([])
    expect(rig.log.lines.at(-1)).toBe('info: the servers are heard again: nothing is held back')
  })

  it('are told to be back although others are silent for longer', async () => {
    const silent = FLEET.slice(0, 6).map((_, index) => recordOf(index, {}, { contact: contact(NOW - HOUR) }))
    await using rig = await SweepRig.with([...silent, ...records().slice(6)])
    const alive = FLEET.slice(6)
    await rig.live(60, alive)

    await rig.live(8 * MINUTES)
    await rig.live(2 * MINUTES, alive)

    expect(rig.log.lines.at(-1)).toBe('info: the servers are heard again: nothing is held back')
  })

  it('one after another are told one after another', async () => {
    await using rig = await SweepRig.with(records())
    await rig.live(60, FLEET)

    for (let dead = 1; dead <= 12; dead++) await rig.live(70, FLEET.slice(dead))
    await rig.live(6 * MINUTES, FLEET.slice(12))

    expect(rig.verdict(FLEET[0] ?? '')).toMatchObject({ reporting: 'silent' })
    expect(rig.log.lines).toEqual([])
  })

  it('do not hide the one that stays away', async () => {
    await using rig = await SweepRig.with(records())
    await rig.live(60, FLEET)

    await rig.live(8 * MINUTES)
    await rig.live(20 * MINUTES, FLEET.slice(1))

    expect(rig.verdict(FLEET[0] ?? '')).toMatchObject({ reporting: 'silent' })
    expect(rig.history()).toEqual(['web-1 silent'])
  })

  it('are told one by one where they are few', async () => {
    await using rig = await SweepRig.with(records())
    await rig.live(60, FLEET)

    await rig.live(16 * MINUTES, FLEET.slice(3))

    expect(FLEET.slice(0, 4).map((id) => rig.verdict(id)?.reporting)).toEqual(['silent', 'silent', 'silent', 'current'])
    expect(rig.log.lines).toEqual([])
  })
})

describe('a server that said it restarts', () => {
  const gone = () => {
    const record = recordOf(0, {}, { contact: contact(NOW, { goodbyeAt: NOW }) })
    return record.boot === null ? record : { ...record, boot: { ...record.boot, goodbyeAt: NOW } }
  }
  const id = serverId(0)

  it('is still restarting for a collector that began to look after the goodbye, and has its ten minutes from then on', async () => {
    await using rig = await SweepRig.with([gone()])
    await rig.live(10)
    expect(rig.verdict(id)).toMatchObject({ reporting: 'restarting' })

    rig.clock.pass(5 * MINUTE)
    await rig.live(9 * MINUTES)
    expect(rig.verdict(id)).toMatchObject({ reporting: 'restarting' })
    expect(rig.blind.notice()).toMatchObject({ reason: 'paused', servers: 1 })
    await rig.live(70)

    expect(rig.verdict(id)).toMatchObject({ reporting: 'silent' })
    expect(rig.blind.notice()).toBeNull()
    expect(rig.history()).toEqual(['web-1 silent'])
  })

  it('is not held back while its ten minutes last anyway', async () => {
    await using rig = await SweepRig.with([gone()])
    await rig.live(10)

    rig.clock.pass(5 * MINUTE)
    await rig.live(60)

    expect(rig.verdict(id)).toMatchObject({ reporting: 'restarting' })
    expect(rig.blind.notice()).toBeNull()
  })

  it('is heard again the moment it is heard', async () => {
    await using rig = await SweepRig.with([gone()])
    rig.clock.pass(5 * MINUTE)
    await rig.live(10)
    await rig.store.transact((tx) => {
      const record = tx.server(id)
      if (record?.boot) tx.putServer({ ...record, boot: { ...record.boot, goodbyeAt: null } }, [], rig.clock.now())
    })

    await rig.live(10 * MINUTES, [id])

    expect(rig.verdict(id)).toMatchObject({ reporting: 'current' })
  })
})

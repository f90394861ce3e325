import { beforeEach, expect, it } from 'vitest'
import type { DayTally } from '../../../collector/store/records.ts'
import { DayCounter } from '../../../collector/sweep/day-counter.ts'
import type { BlindNotice } from '../../../shared/judgement/blind-notice.ts'
import { serverRecord } from '../../support/store/records.ts'
import { HandClock, LogBook } from './sweep-rig.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

let clock: HandClock
let log: LogBook
let saved: [day: number, fleet: DayTally | undefined][]
let notice: BlindNotice | null
let isBroken: boolean
let counter: DayCounter
beforeEach(() => {
  clock = new HandClock()
  clock.wall = 20_000 * DAY + 12 * 60 * MINUTE
  log = new LogBook()
  saved = []
  notice = null
  isBroken = false
  const saveDayCounts = (day: number, tallies: ReadonlyMap<string | null, DayTally>) => {
    if (isBroken) throw new Error('disk full')
    saved.push([day, tallies.get(null)])
  }
  counter = new DayCounter({
    store: { saveDayCounts },
    projection: { inOrder: () => [serverRecord('a', {}, { state: 'restart-required', reporting: 'current' })] },
    clock,
    blind: { notice: () => notice },
    log,
  })
})

function pass(minutes: number): void {
  for (let left = minutes; left > 0; left--) {
    clock.pass(MINUTE)
    counter.tick()
  }
}

it('counts at once, and every ten minutes from then on', () => {
  counter.tick()
  pass(9)
  expect(saved).toEqual([[20_000, { promoted: 0, restartRequired: 1, cannotTell: 0, total: 1 }]])

  pass(11)
  expect(saved).toHaveLength(3)
})

it('begins a new day at midnight UTC', () => {
  clock.wall = 20_001 * DAY - 5 * MINUTE
  counter.tick()

  pass(5)

  expect(saved.map(([day]) => day)).toEqual([20_000, 20_001])
})

it('counts nothing while the collector is blind: a gap is better than a wrong number', () => {
  notice = { since: clock.wall, reason: 'started', servers: 1 }
  counter.tick()
  expect(saved).toEqual([])

  notice = null
  counter.tick()
  expect(saved).toHaveLength(1)
})

it('says that it could not store them, and tries again', () => {
  isBroken = true
  counter.tick()
  isBroken = false
  pass(1)

  expect(log.lines).toEqual(['error: the counts of the day could not be stored; the next try is in a minute'])
  expect(saved).toHaveLength(1)
})

import { expect, it } from 'vitest'
import { stateStrip, type StripEvent } from '../../../../collector/views/charts/state-strip-view.ts'
import type { ServerRecord } from '../../../../collector/store/records.ts'
import { FLEET_NOW, serverRecord, type ServerSeed } from '../../../support/believable-fleet.ts'

const DAY = 86_400_000
const event = (daysAgo: number, type: StripEvent['type'], cause: StripEvent['cause'] = null): StripEvent => ({
  at: FLEET_NOW - daysAgo * DAY,
  type,
  cause,
})

/** [kind, days it lasted] */
function strip(seed: Partial<ServerSeed>, events: StripEvent[], change: Partial<ServerRecord> = {}) {
  const record = { ...serverRecord({ name: 'web-01', ...seed }), ...change }
  return stateStrip(record, events, FLEET_NOW).parts.map(({ from, to, kind }) => [kind, Math.round((to - from) / DAY)])
}

it('tells need, need beyond the limit, silence and what was between them', () => {
  const events = [
    event(80, 'restart-required'),
    event(50, 'stale'),
    event(45, 'restart-cleared', 'restarted'),
    event(20, 'silent'),
    event(18, 'back'),
  ]

  expect(strip({}, events)).toEqual([
    ['none', 10],
    ['required', 30],
    ['stale', 5],
    ['none', 25],
    ['silent', 2],
    ['none', 18],
  ])
})

it('knows what was before the first event by what that ends', () => {
  expect(strip({}, [event(30, 'restart-cleared', 'restarted')])).toEqual([
    ['required', 60],
    ['none', 30],
  ])
  expect(strip({}, [event(30, 'back')])).toEqual([
    ['silent', 60],
    ['none', 30],
  ])
})

it('is as the server is now where nothing happened', () => {
  expect(strip({}, [])).toEqual([['none', 90]])
  expect(strip({ flag: ['libc6'], pendingMs: 100 * DAY }, [])).toEqual([['stale', 90]])
})

it('is as long as the server is known', () => {
  expect(strip({}, [event(10, 'registered')], { createdAt: FLEET_NOW - 10 * DAY })).toEqual([['none', 10]])
})

it('a restart that did not help leaves it as it was', () => {
  const events = [event(60, 'restart-required'), event(40, 'stale'), event(30, 'restarted-still-required')]

  expect(strip({ flag: ['libc6'], pendingMs: 60 * DAY }, events)).toEqual([
    ['none', 30],
    ['required', 20],
    ['stale', 40],
  ])
})

it('begins with the oldest event it has when there were too many', () => {
  const record = serverRecord({ name: 'web-01' })

  expect(stateStrip(record, [event(5, 'silent'), event(4, 'back')], FLEET_NOW, true)).toMatchObject({
    from: FLEET_NOW - 5 * DAY,
    hasMore: true,
  })
})

it('stays the same for an hour, so that a picture that is read again does not move', () => {
  const record = serverRecord({ name: 'web-01' })
  const hour = Date.parse('2026-11-22T10:00:00Z')

  const at = (now: number) => ({ ...stateStrip(record, [], now), now: null })
  expect(at(hour + 60_000)).toEqual(at(hour + 59 * 60_000))
})

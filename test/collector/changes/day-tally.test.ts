import { expect, it } from 'vitest'
import { talliesOf, tallyOf } from '../../../collector/changes/day-tally.ts'
import type { ServerRecord } from '../../../collector/store/records.ts'
import type { Verdict } from '../../../shared/judgement/verdict.ts'
import { NOW, serverRecord } from '../../support/store/records.ts'

const OK: Partial<Verdict> = { state: 'ok', reporting: 'current', promoted: false, reasons: [] }
const REQUIRED: Partial<Verdict> = { ...OK, state: 'restart-required' }
const STALE: Partial<Verdict> = { ...REQUIRED, promoted: true, reasons: ['stale'] }

function record(verdict: Partial<Verdict>, change: Partial<ServerRecord> = {}): ServerRecord {
  return serverRecord('s', change, verdict)
}

it.each([
  ['promoted, whatever else it is', STALE, {}, { promoted: 1 }],
  [
    'in need of a restart, when snoozed',
    STALE,
    { snooze: { by: 'me', reason: 'x', at: NOW, until: NOW } },
    { restartRequired: 1 },
  ],
  ['in need of a restart', REQUIRED, {}, { restartRequired: 1 }],
  ['one of which nobody can tell', { ...OK, state: 'unknown' }, {}, { cannotTell: 1 }],
  ['in the total alone, when it is fine', OK, {}, {}],
  ['in the total alone, when its restart can wait', { ...OK, state: 'deferrable' }, {}, {}],
] as const)('counts a server once: %s', (_, verdict, change, expected) => {
  const zero = { promoted: 0, restartRequired: 0, cannotTell: 0, total: 1 }

  expect(tallyOf([record(verdict, change as Partial<ServerRecord>)])).toEqual({ ...zero, ...expected })
})

it('counts by application, and keeps the largest when there are too many', () => {
  const fleet = [
    record(REQUIRED, { joinKeyApplication: 'small' }),
    record(REQUIRED, { joinKeyApplication: 'shop' }),
    record(OK, { joinKeyApplication: 'shop' }),
    record(OK),
  ]

  const tallies = talliesOf(fleet, 1)

  expect([...tallies.keys()]).toEqual([null, 'shop'])
  expect(tallies.get(null)).toMatchObject({ restartRequired: 2, total: 4 })
  expect(tallies.get('shop')).toMatchObject({ restartRequired: 1, total: 2 })
})

it('counts the same in the order of urgency, where it stops at the first that is fine', () => {
  const fleet = [STALE, REQUIRED, { ...OK, state: 'unknown' } as const, OK, OK].map((verdict) => record(verdict))

  expect(tallyOf(fleet)).toEqual({ promoted: 1, restartRequired: 1, cannotTell: 1, total: 5 })
  expect(tallyOf(fleet)).toEqual(talliesOf(fleet, 1).get(null))
})

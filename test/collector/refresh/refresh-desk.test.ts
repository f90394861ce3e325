// How much may be asked at once.
import { expect, it } from 'vitest'
import { Asks } from '../../../collector/refresh/asks.ts'
import { RefreshDesk, REFRESHES_MAX, WAITING_MAX } from '../../../collector/refresh/refresh-desk.ts'
import { SteppedClock } from '../../support/test-collector.ts'

function makeDesk(): RefreshDesk {
  const asks = new Asks({ monotonicMs: () => 0, newId: () => 'id' })
  return new RefreshDesk({
    asks,
    projection: { get: () => null, lastContactAt: () => null },
    connections: { isConnected: () => true, disconnectedSince: () => null },
    clock: new SteppedClock(),
  })
}

it('has room for so many refreshes, and again when one of them is over', () => {
  const desk = makeDesk()
  const places = Array.from({ length: REFRESHES_MAX }, () => desk.enter(1))
  expect(places).not.toContain(null)
  expect(desk.enter(1)).toBeNull()
  places[0]?.()

  expect(desk.enter(1)).not.toBeNull()
})

it('counts the servers of all of them together', () => {
  const desk = makeDesk()
  const leave = desk.enter(2)
  expect(desk.enter(WAITING_MAX - 1)).toBeNull()
  leave?.()

  expect(desk.enter(WAITING_MAX)).not.toBeNull()
})

it('takes nobody in once it is closed', () => {
  const desk = makeDesk()
  desk.close()

  expect(desk.enter(1)).toBeNull()
})

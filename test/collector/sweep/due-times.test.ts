import { expect, it } from 'vitest'
import { DueTimes } from '../../../collector/sweep/due-times.ts'

it('due times give those that are due, a bounded number at a time', () => {
  const times = new DueTimes()
  for (let index = 0; index < 10; index++) times.set(`s${index}`, index * 100)

  expect(times.due(299, 100)).toEqual(['s0', 's1', 's2'])
  expect(times.due(300, 100)).toEqual(['s0', 's1', 's2', 's3'])
  expect(times.due(300, 2)).toEqual(['s0', 's1'])
})

it('due times keep the last moment set, and forget on null', () => {
  const times = new DueTimes()
  times.set('a', 100)
  times.set('a', 500)
  times.set('b', 100)
  times.set('b', null)

  expect(times.due(499, 100)).toEqual([])
  expect(times.due(500, 100)).toEqual(['a'])
})

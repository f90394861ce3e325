import { expect, it } from 'vitest'
import { pagingOf } from '../../../collector/dashboard/components/pager.ts'

it.each([
  { wanted: undefined, total: 0, paging: { number: 1, count: 1 } },
  { wanted: undefined, total: 100, paging: { number: 1, count: 1 } },
  { wanted: undefined, total: 101, paging: { number: 1, count: 2 } },
  { wanted: '2', total: 101, paging: { number: 2, count: 2 } },
  { wanted: '3', total: 101, paging: { number: 2, count: 2 } },
  { wanted: '0', total: 101, paging: { number: 1, count: 2 } },
  { wanted: '-1', total: 101, paging: { number: 1, count: 2 } },
  { wanted: '1e1', total: 5_000, paging: { number: 1, count: 50 } },
  { wanted: ['2', '3'], total: 5_000, paging: { number: 1, count: 50 } },
])('page $wanted of $total servers is page $paging.number of $paging.count', ({ wanted, total, paging }) => {
  const found = pagingOf(wanted, total, 100)

  expect(found).toEqual(paging)
})

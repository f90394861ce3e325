import { expect, it } from 'vitest'
import { FleetFacets } from '../../../collector/dashboard/facets.ts'
import { RecordRow } from '../../../collector/changes/query-row.ts'
import { recordOf } from '../../support/judged-record.ts'

const rows = (count: number) =>
  Array.from({ length: count }, (_, at) => new RecordRow(recordOf(at), () => ({ at: null })))
const countIn = (facets: ReturnType<FleetFacets['of']>) => facets.state.values[0]?.count

it('what a small fleet has in common is counted with every change of it', () => {
  const facets = new FleetFacets()
  facets.of(rows(2), 0)

  expect(countIn(facets.of(rows(3), 0))).toBe(3)
})

it('what a large one has is at most ten seconds old', () => {
  const [one] = rows(1)
  if (one === undefined) throw new Error('no row')
  const many = (count: number) => Array.from({ length: count }, () => one)
  const facets = new FleetFacets()
  facets.of(many(6_000), 0)

  expect(countIn(facets.of(many(6_001), 9_999))).toBe(6_000)
  expect(countIn(facets.of(many(6_001), 10_000))).toBe(6_001)
})

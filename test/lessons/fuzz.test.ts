// The short form of `npm run prove:fuzz`: the same surfaces and rules, 1,000 inputs each, another seed every day.
import { describe, expect, it } from 'vitest'
import { runSurface } from '../../scripts/prove/fuzz/run-surface.ts'
import { SURFACES } from '../../scripts/prove/fuzz/surfaces.ts'

const COUNT = 1_000
/** Outlives the run: what broke something is for a person to look at. */
const FAILURES = 'node_modules/.cache/overdue-fuzz'
// The same inputs every day: `npm run prove:fuzz` is what looks for new ones.
const seed = process.env['OVERDUE_FUZZ_SEED'] ?? 'lesson-14'

describe(`L14: 1,000 inputs that are nearly right (OVERDUE_FUZZ_SEED=${seed})`, () => {
  it.each(SURFACES)('break nothing at $name', { timeout: 120_000 }, async (surface) => {
    const options = { seed, first: 0, count: COUNT, failureDirectory: FAILURES }
    const { failures, outcomes } = await runSurface(surface, options)

    expect(failures).toEqual([])
    expect(Object.values(outcomes).reduce((sum, times) => sum + times, 0)).toBe(COUNT)
  })
})

import { describe, expect, it } from 'vitest'
import { type Held, settle, SETTLE_MS_MAX, settledAt } from '../../agent/settle.ts'
import type { SectionReading } from '../../agent/take-snapshot.ts'
import { failed } from '../../shared/sections/section.ts'
import { reading, sentinelReading } from '../support/section-readings.ts'

const NO_FLAG = sentinelReading()
const FLAG = sentinelReading({ present: true })
const FLAG_WITH_PACKAGES = sentinelReading({ present: true, packages: ['libc6'] })
const STALE = sentinelReading({ present: true, stale: true })
const FAILED = reading(failed('permission denied'))

/** Looks in order: [ms, what is seen, whether an event woke us]. Answers when the last one is published. */
function publishedAt(published: SectionReading | null, looks: [number, SectionReading, boolean][]): number | null {
  let held: Held = null
  for (const [nowMs, candidate, stirred] of looks) {
    const settled = settle({ published, candidate, held, stirred, nowMs })
    held = settled.held
    if (settled.publish && candidate === looks.at(-1)?.[1]) return nowMs
  }
  return null
}

describe('a look at the sentinel is published at once', () => {
  it.each([
    ['when it is the first', null, NO_FLAG],
    ['when nothing changed', FLAG, FLAG],
    ['when the flag appears', NO_FLAG, FLAG],
    ['when the flag appears after a look that failed', FAILED, FLAG],
    ['when a stale flag is set anew', STALE, FLAG],
  ])('%s', (_, published, candidate) => {
    expect(publishedAt(published, [[0, candidate, true]])).toBe(0)
  })
})

describe('a look at the sentinel waits for quiet', () => {
  it.each([
    ['when the flag is gone', FLAG, NO_FLAG],
    ['when the packages changed', FLAG, FLAG_WITH_PACKAGES],
    ['when the flag turns out stale', FLAG, STALE],
    ['when looking fails', FLAG, FAILED],
  ])('%s', (_, published, candidate) => {
    expect(publishedAt(published, [[0, candidate, true]])).toBeNull()
    expect(
      publishedAt(published, [
        [0, candidate, true],
        [1_499, candidate, false],
      ]),
    ).toBeNull()
    expect(
      publishedAt(published, [
        [0, candidate, true],
        [1_500, candidate, false],
      ]),
    ).toBe(1_500)
  })

  it('which starts again with every event', () => {
    const looks: [number, SectionReading, boolean][] = [
      [0, NO_FLAG, true],
      [1_400, NO_FLAG, true],
      [2_800, NO_FLAG, false],
    ]

    expect(publishedAt(FLAG, looks)).toBeNull()
    expect(publishedAt(FLAG, [...looks, [2_900, NO_FLAG, false]])).toBe(2_900)
  })

  it('which starts again when something else is seen', () => {
    const looks: [number, SectionReading, boolean][] = [
      [0, FAILED, true],
      [1_000, NO_FLAG, false],
      [1_500, NO_FLAG, false],
    ]

    expect(publishedAt(FLAG, looks)).toBeNull()
    expect(publishedAt(FLAG, [...looks, [2_500, NO_FLAG, false]])).toBe(2_500)
  })

  it('and is forgotten when the flag comes back', () => {
    const gone = settle({ published: FLAG, candidate: NO_FLAG, held: null, stirred: true, nowMs: 0 })
    const back = settle({ published: FLAG, candidate: FLAG, held: gone.held, stirred: true, nowMs: 500 })

    expect(gone.publish).toBe(false)
    expect(settledAt(gone.held)).toBe(1_500)
    expect(back.held).toBeNull()
    expect(settledAt(back.held)).toBe(Infinity)
  })
})

describe('a file that never comes to rest', () => {
  const everySecond = (candidate: SectionReading): [number, SectionReading, boolean][] =>
    Array.from({ length: 30 }, (_, second) => [second * 1_000, candidate, true])

  it('is told about after a while when it is the list of packages', () => {
    expect(publishedAt(FLAG, everySecond(FLAG_WITH_PACKAGES))).toBe(SETTLE_MS_MAX)
  })

  it('is never taken for a removal', () => {
    expect(publishedAt(FLAG, everySecond(NO_FLAG))).toBeNull()
  })
})

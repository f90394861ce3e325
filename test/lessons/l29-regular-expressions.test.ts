// L29: a validator in multi-line mode let a second line through, and an expression of 29 characters took 12 seconds. So:
// no expression has the m flag, and none takes long over a megabyte made against it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attacksOn, collectRegexes } from './regex-catalog.ts'
import { RegexTimer } from './regex-timer.ts'

const MEGABYTE = 1024 * 1024
/** A linear expression needs a few ms for a megabyte; a quadratic one a quarter of an hour. */
const MS_MAX = 250

/** Expressions whose effort grows faster than their text, and what bounds the text before they see it. */
const BOUNDED: Readonly<Record<string, { lengthMax: number; why: string }>> = {
  '\\/+$': { lengthMax: 2_048, why: 'the address of a collector, written by whoever runs the command' },
  '^saved_entry=(?:\\S*>)?gnulinux-(\\d\\S*?)-(?:advanced|recovery)-\\S+$': {
    lengthMax: 1_024,
    why: 'longer lines are skipped',
  },
}

/** Expressions made at run time: each from a text of ours, never from one that came in. */
const COMPUTED_IN = ['agent/components/path-components.ts', 'collector/api/query-parameters.ts']

const { found, computedIn } = collectRegexes()
const distinct = [...new Map(found.map((regex) => [`${regex.source}/${regex.flags}`, regex])).values()]

let timer: RegexTimer
beforeAll(() => {
  timer = new RegexTimer()
})
afterAll(() => timer.close())

describe('L29: regular expressions', () => {
  it('are found where they stand', () => {
    expect(distinct.length).toBeGreaterThan(100)
    expect(found.some(({ source }) => source === '^[0-9a-f]{32}$')).toBe(true)
  })

  it('never read line by line', () => {
    expect(found.filter(({ flags }) => flags.includes('m'))).toEqual([])
  })

  it('are written down, not made from what came in', () => {
    expect(computedIn.filter((file) => !COMPUTED_IN.includes(file))).toEqual([])
  })

  it('take a megabyte that was made against them in their stride', { timeout: 120_000 }, async () => {
    const slow: string[] = []
    for (const { file, source, flags } of distinct) {
      const lengthMax = BOUNDED[source]?.lengthMax ?? MEGABYTE
      for (const length of [1_024, 16_384, 131_072, MEGABYTE]) {
        const texts = attacksOn(source, Math.min(length, lengthMax))
        const ms = await timer.run({ source, flags, texts, msMax: MS_MAX })
        if (ms > MS_MAX) {
          slow.push(`${file}: /${source}/${flags} took ${Math.round(ms)} ms for ${length} characters`)
          break
        }
        if (length >= lengthMax) break
      }
    }

    expect(slow).toEqual([])
  })

  it('that are slow would be found', async () => {
    const texts = attacksOn('^(a+)+$', 40)

    expect(await timer.run({ source: '^(a+)+$', flags: '', texts, msMax: MS_MAX })).toBeGreaterThan(MS_MAX)
  })

  it('are bounded only where they still exist', () => {
    expect(Object.keys(BOUNDED).filter((source) => !found.some((regex) => regex.source === source))).toEqual([])
  })
})

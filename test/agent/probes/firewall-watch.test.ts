import { describe, expect, it } from 'vitest'
import { FirewallWatch } from '../../../agent/probes/firewall-watch.ts'

function watching() {
  let asks = 0
  const watch = new FirewallWatch('/nowhere', () => void asks++)
  return { watch, asked: () => asks }
}

describe('a socket that no scan saw', () => {
  it('at the start is asked for and told at once', () => {
    const { watch, asked } = watching()

    expect(watch.holdFor(['a'], true, 0)).toBe(false)
    expect(asked()).toBe(1)
  })

  it('later on is asked for, and waited for 2 s at most', () => {
    const { watch, asked } = watching()
    watch.holdFor([], true, 0)

    expect(watch.holdFor(['a'], true, 1_000)).toBe(true)
    expect(watch.holdFor(['a'], true, 2_999)).toBe(true)
    expect(watch.holdFor(['a'], true, 3_000)).toBe(false)
    expect(watch.holdFor(['a'], true, 18_000)).toBe(false)
    expect(asked()).toBe(1)
  })

  it('is told when the scan answered', () => {
    const { watch } = watching()
    watch.holdFor([], true, 0)
    watch.holdFor(['a'], true, 1_000)

    expect(watch.holdFor([], true, 1_500)).toBe(false)
  })

  it('is not waited for where nobody scans', () => {
    const { watch, asked } = watching()
    watch.holdFor([], false, 0)

    expect(watch.holdFor(['a'], false, 1_000)).toBe(false)
    expect(asked()).toBe(1)
  })

  it('does not hold back the others by being one of many that come one after the other', () => {
    const { watch } = watching()
    watch.holdFor([], true, 0)
    const held = Array.from({ length: 10 }, (_, at) => watch.holdFor([`p${at}`], true, at * 1_000))

    expect(held).toEqual([true, true, false, true, true, false, true, true, false, true])
  })

  it('is asked for again when it was gone meanwhile', () => {
    const { watch, asked } = watching()
    watch.holdFor([], true, 0)
    watch.holdFor(['a'], true, 1)
    watch.holdFor([], true, 2)
    watch.holdFor(['a'], true, 3)

    expect(asked()).toBe(2)
  })
})

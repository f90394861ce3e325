// How long to ask the collector to hold an answer, after what became of the polls before.
import { describe, expect, it } from 'vitest'
import { afterCut, afterHeld, type Hold, pauseMs, startHold, holdToAskMs } from '../../../agent/delivery/hold.ts'

describe('the hold', () => {
  it.each([
    [null, 0, 57_000],
    [null, 0.999, 55_000],
    [600_000, 0, 57_000],
    [30_000, 0, 30_000],
    [500, 0, 1_000],
  ])('with a heartbeat of %j and a place of %d is %d ms', (heartbeatMs, spread, expected) => {
    expect(holdToAskMs(startHold(), heartbeatMs, spread)).toBe(expected)
  })

  it('is four fifths of the time at which it was cut twice, and 10 s at least', () => {
    const cutTwice = (afterMs: number): number => afterCut(afterCut(startHold(), afterMs), afterMs).askMs

    expect([cutTwice(30_000), cutTwice(15_000), cutTwice(10_000), cutTwice(2_000)]).toEqual([
      24_000, 12_000, 10_000, 10_000,
    ])
  })

  it('stays as it is when cuts come at any time', () => {
    const cuts = [3_000, 40_000, 20_000, 50_000].reduce(afterCut, startHold())

    expect(cuts.askMs).toBe(57_000)
  })

  it('stays as it is when a whole answer came between two cuts', () => {
    const between = afterHeld(afterCut(startHold(), 30_000), 57_000, 57_000)

    expect(afterCut(between, 30_000).askMs).toBe(57_000)
  })

  it('grows again by an eighth after a hundred whole answers, up to where it began', () => {
    const whole = (hold: Hold, count: number): Hold => {
      let next = hold
      for (let held = 0; held < count; held++) next = afterHeld(next, next.askMs, next.askMs)
      return next
    }
    const short = afterCut(afterCut(startHold(), 30_000), 30_000)

    expect(whole(short, 99).askMs).toBe(24_000)
    expect(whole(short, 100).askMs).toBe(27_000)
    expect(whole(short, 5_000).askMs).toBe(57_000)
    // Answered early, because there was something to tell: that proves nothing.
    expect(afterHeld(short, 3_000, 24_000).wholeInARow).toBe(0)
  })

  it('is followed by a longer and longer pause when answers come at once', () => {
    let hold = startHold()
    const pauses: number[] = []
    for (let answers = 0; answers < 10; answers++) {
      hold = afterHeld(hold, 10, 57_000)
      pauses.push(pauseMs(hold))
    }

    expect(pauses).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000])
    expect(pauseMs(afterHeld(hold, 57_000, 57_000))).toBe(0)
  })
})

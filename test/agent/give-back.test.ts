import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startGivingBack } from '../../agent/give-back.ts'

const MINUTE_MS = 60_000

describe('giving memory back', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('happens once the start is over, and now and then, until it is stopped', () => {
    const asked: unknown[] = []
    const giving = startGivingBack(((options: unknown) => void asked.push(options)) as NodeJS.GCFunction)

    vi.advanceTimersByTime(MINUTE_MS - 1)
    const atStart = asked.length
    vi.advanceTimersByTime(1)
    const afterStart = asked.length
    vi.advanceTimersByTime(20 * MINUTE_MS)
    giving.stop()
    vi.advanceTimersByTime(60 * MINUTE_MS)

    expect([atStart, afterStart, asked.length]).toEqual([0, 1, 3])
    expect(asked[0]).toEqual({ type: 'major', flavor: 'last-resort' })
  })

  it('is left out where the runtime does not offer it', () => {
    const giving = startGivingBack(undefined)

    expect(() => vi.advanceTimersByTime(20 * MINUTE_MS)).not.toThrow()
    giving.stop()
  })
})

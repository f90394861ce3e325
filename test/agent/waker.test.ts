import { describe, expect, it } from 'vitest'
import { Waker } from '../../agent/waker.ts'

const NEVER = new AbortController().signal

describe('a waker', () => {
  it('ends a wait that is under way', async () => {
    const waker = new Waker()
    const wait = waker.wait(null, NEVER)
    waker.wake()

    expect(await wait).toBe(true)
  })

  it('remembers one wake-up that came while nobody waited, and only one', async () => {
    const waker = new Waker()
    waker.wake()
    waker.wake()

    expect(await waker.wait(null, NEVER)).toBe(true)
    expect(await waker.wait(1, NEVER)).toBe(false)
  })

  it('ends a wait when its time has passed', async () => {
    expect(await new Waker().wait(1, NEVER)).toBe(false)
  })

  it('ends every wait when the signal fires, and begins none after that', async () => {
    const stop = new AbortController()
    const waker = new Waker()
    const wait = waker.wait(null, stop.signal)
    stop.abort()

    expect(await wait).toBe(false)
    expect(await waker.wait(null, stop.signal)).toBe(false)
  })

  it('waits a month when told to, instead of not at all', async () => {
    const stop = new AbortController()
    const wait = new Waker().wait(31 * 86_400_000, stop.signal)
    const first = await Promise.race([wait, new Promise((resolve) => setTimeout(resolve, 20, 'still waiting'))])
    stop.abort()
    await wait

    expect(first).toBe('still waiting')
  })
})

// A refresh against invented servers: what it waits for, and what ends it.
import { describe, expect, it } from 'vitest'
import { Asks, type Asked } from '../../../collector/refresh/asks.ts'
import { refresh, type RefreshPorts } from '../../../collector/refresh/refresh.ts'
import type { RefreshOutcome } from '../../../collector/views/refresh-view.ts'
import { until } from '../../support/until.ts'

/** Longer than any test takes. */
const WAIT_MS = 60_000

class RefreshRig {
  readonly asks: Asks
  readonly connected = new Set<string>()
  readonly removed = new Set<string>()
  readonly settled: Record<string, RefreshOutcome> = {}
  readonly stop = new AbortController()
  /** For how many answers somebody waits. */
  waiting = 0

  constructor() {
    let count = 0
    this.asks = new Asks({ monotonicMs: () => performance.now(), newId: () => `${++count}` })
  }

  run(ids: readonly string[], waitMs = WAIT_MS, onSettled = this.#keep): Promise<void> {
    const ports: RefreshPorts = {
      asks: { ask: (...asking) => this.#ask(...asking), remind: (id) => this.asks.remind(id) },
      isThere: (id) => !this.removed.has(id),
      isConnected: (id) => this.connected.has(id),
      mayAnswer: (id) => this.connected.has(id),
    }
    return refresh(ports, ids, { scan: false, waitMs, signal: this.stop.signal, lookMs: 5 }, onSettled)
  }

  connect(...ids: readonly string[]): void {
    for (const id of ids) this.connected.add(id)
  }

  async answer(id: string): Promise<void> {
    await until(`${id} is asked`, () => {
      const told = this.asks.toTell(id)
      if (told !== null) this.asks.answer(id, told.id)
      return told !== null
    })
  }

  #ask(...asking: Parameters<Asks['ask']>): Asked {
    this.waiting += 1
    const { id, leave } = this.asks.ask(...asking)
    return {
      id,
      leave: () => {
        this.waiting -= 1
        leave()
      },
    }
  }

  readonly #keep = (id: string, outcome: RefreshOutcome): void => {
    this.settled[id] = outcome
  }
}

describe('a refresh', () => {
  it('leaves nothing behind where servers do not answer', async () => {
    const rig = new RefreshRig()
    rig.connect('a')
    await rig.run(['a', 'b'], 20)
    await rig.run(['a', 'b'], 0)
    const gone = rig.run(['a'])
    rig.stop.abort()
    await gone

    expect(rig.waiting).toBe(0)
  })

  it('ends when all have answered', async () => {
    const rig = new RefreshRig()
    rig.connect('a', 'b')
    const done = rig.run(['a', 'b'])
    await rig.answer('b')
    await rig.answer('a')
    await done

    expect(rig.settled).toEqual({ a: 'answered', b: 'answered' })
  })

  it('of nobody ends at once', async () => {
    const rig = new RefreshRig()
    await rig.run([])

    expect(rig.settled).toEqual({})
  })

  it('stops waiting for a server that loses its connection', async () => {
    const rig = new RefreshRig()
    rig.connect('a')
    const done = rig.run(['a'])
    await until('it is asked', () => rig.asks.size === 1)
    rig.connected.delete('a')
    await done

    expect(rig.settled).toEqual({ a: 'not-connected' })
  })

  it('tells a server that is removed from one that is not connected', async () => {
    const rig = new RefreshRig()
    rig.removed.add('a')
    await rig.run(['a', 'b'])

    expect(rig.settled).toEqual({ a: 'removed', b: 'not-connected' })
  })

  it('tells one that does not answer in time from one that lost its connection', async () => {
    const rig = new RefreshRig()
    rig.connect('a')
    await rig.run(['a', 'b'], 30)

    expect(rig.settled).toEqual({ a: 'timed-out', b: 'not-connected' })
  })

  it('asks all, however many they are', async () => {
    const rig = new RefreshRig()
    const ids = Array.from({ length: 1_001 }, (_, at) => `s${at}`)
    rig.connect(...ids)
    const done = rig.run(ids)
    for (const id of ids) await rig.answer(id)
    await done

    expect(Object.keys(rig.settled)).toHaveLength(1_001)
    expect(rig.asks.size).toBe(0)
  })

  it('ends without a word when its caller is gone, and leaves the ask to be told', async () => {
    const rig = new RefreshRig()
    rig.connect('a')
    const done = rig.run(['a'])
    await until('it is asked', () => rig.asks.size === 1)
    rig.stop.abort()
    await done

    expect(rig.settled).toEqual({})
    expect(rig.asks.toTell('a')).not.toBeNull()
  })

  it('asks nobody for a caller who is gone already', async () => {
    const rig = new RefreshRig()
    rig.stop.abort()
    await rig.run(['a'])

    expect(rig.asks.size).toBe(0)
  })

  it('fails with the fault of its caller, and harms nobody else', async () => {
    const rig = new RefreshRig()
    rig.connect('a', 'b')
    const failing = rig.run(['a'], WAIT_MS, () => {
      throw new Error('cannot be written')
    })
    const other = rig.run(['b'])
    await rig.answer('a')
    await rig.answer('b')

    await expect(failing).rejects.toThrow('cannot be written')
    await other
    expect(rig.settled).toEqual({ b: 'answered' })
  })
})

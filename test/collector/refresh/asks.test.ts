// The memory of who was asked and has not answered: pure, so that every order of events can be played.
import { describe, expect, it } from 'vitest'
import { Asks, ASK_AGE_MS_MAX, TELL_AGAIN_MS } from '../../../collector/refresh/asks.ts'

const LOOK = { scan: false }
const SCAN = { scan: true }

class AskRig {
  nowMs = 0
  readonly woken: string[] = []
  readonly settled: string[] = []
  readonly asks: Asks

  constructor() {
    let count = 0
    this.asks = new Asks({ monotonicMs: () => this.nowMs, newId: () => `ask-${++count}` })
    this.asks.onAsk((serverId) => this.woken.push(serverId))
  }

  /** Asks under a name, which stands in `settled` once it is answered. */
  ask(name: string, options = LOOK, serverId = 'web-1'): string {
    return this.asks.ask(serverId, options, () => this.settled.push(name)).id
  }

  async answered(id: string, serverId = 'web-1'): Promise<string[]> {
    this.asks.answer(serverId, id)
    await Promise.resolve()
    return this.settled
  }
}

describe('an ask', () => {
  it('wakes whoever holds the poll of its server, and is told once', () => {
    const rig = new AskRig()
    const id = rig.ask('a')

    expect(rig.woken).toEqual(['web-1'])
    expect(rig.asks.toTell('web-1')).toEqual({ id, scan: false })
    expect(rig.asks.toTell('web-1')).toBeNull()
    expect(rig.asks.toTell('web-2')).toBeNull()
  })

  it('is settled by the report that answers it, and then nothing is kept', async () => {
    const rig = new AskRig()
    const id = rig.ask('a')
    rig.asks.toTell('web-1')

    expect(await rig.answered(id)).toEqual(['a'])
    expect(rig.asks.size).toBe(0)
  })

  it('settles nobody who has left', async () => {
    const rig = new AskRig()
    const { id, leave } = rig.asks.ask('web-1', LOOK, () => rig.settled.push('a'))
    rig.ask('b')
    rig.asks.toTell('web-1')
    leave()

    expect(await rig.answered(id)).toEqual(['b'])
  })

  it('that was not told yet is joined: a burst is one ask', async () => {
    const rig = new AskRig()
    const ids = new Set(Array.from({ length: 50 }, (_, at) => rig.ask(`hook ${at}`)))
    rig.asks.toTell('web-1')

    expect(ids.size).toBe(1)
    expect(await rig.answered([...ids][0] ?? '')).toHaveLength(50)
  })

  it('scans when one of those who joined it wants a scan', () => {
    const rig = new AskRig()
    rig.ask('a')
    rig.ask('b', SCAN)
    rig.ask('c')

    expect(rig.asks.toTell('web-1')).toMatchObject({ scan: true })
  })

  it('that was told is followed by another, told when the first is answered', async () => {
    const rig = new AskRig()
    const first = rig.ask('a')
    rig.asks.toTell('web-1')
    const second = rig.ask('b')
    const woken = rig.woken.length

    expect(second).not.toBe(first)
    expect(rig.asks.toTell('web-1')).toBeNull()
    expect(await rig.answered(first)).toEqual(['a'])
    expect(rig.woken).toHaveLength(woken + 1)
    expect(rig.asks.toTell('web-1')).toEqual({ id: second, scan: false })
    expect(await rig.answered(second)).toEqual(['a', 'b'])
  })

  it('makes two looks of a burst that begins while one is under way', async () => {
    const rig = new AskRig()
    const first = rig.ask('first')
    rig.asks.toTell('web-1')
    const ids = new Set(Array.from({ length: 49 }, (_, at) => rig.ask(`hook ${at}`)))
    await rig.answered(first)
    rig.asks.toTell('web-1')
    await rig.answered([...ids][0] ?? '')

    expect(ids.size).toBe(1)
    expect(rig.settled).toHaveLength(50)
    expect(rig.asks.size).toBe(0)
  })

  it('is told again under its id when the answer does not come: the reply may have been lost', async () => {
    const rig = new AskRig()
    const id = rig.ask('a')
    rig.asks.toTell('web-1')
    rig.nowMs = TELL_AGAIN_MS - 1
    expect(rig.asks.toTell('web-1')).toBeNull()
    rig.nowMs = TELL_AGAIN_MS
    rig.asks.remind('web-1')

    expect(rig.woken).toHaveLength(2)
    expect(rig.asks.toTell('web-1')).toEqual({ id, scan: false })
    expect(rig.asks.toTell('web-1')).toBeNull()
    expect(await rig.answered(id)).toEqual(['a'])
  })

  it('reminds of nothing while an answer may be on its way, or where nothing was asked', () => {
    const rig = new AskRig()
    rig.ask('a')
    rig.asks.toTell('web-1')
    rig.asks.remind('web-1')
    rig.asks.remind('web-2')

    expect(rig.woken).toEqual(['web-1'])
  })
})

describe('an answer', () => {
  it.each([
    ['to nothing that was asked', 'ask-99'],
    ['to an ask of an earlier process', 'other-1'],
  ])('%s changes nothing', async (_what, id) => {
    const rig = new AskRig()
    rig.ask('a')
    rig.asks.toTell('web-1')

    expect(await rig.answered(id)).toEqual([])
    expect(rig.asks.size).toBe(1)
  })

  it('before the ask was told answers nothing: its look began earlier', async () => {
    const rig = new AskRig()
    const id = rig.ask('a')

    expect(await rig.answered(id)).toEqual([])
    expect(rig.asks.toTell('web-1')).toEqual({ id, scan: false })
  })

  it('that comes twice, or after that of a later ask, settles nothing more', async () => {
    const rig = new AskRig()
    const first = rig.ask('a')
    rig.asks.toTell('web-1')
    const second = rig.ask('b')
    await rig.answered(first)
    rig.asks.toTell('web-1')
    const third = rig.ask('c')
    await rig.answered(second)
    await rig.answered(first)
    await rig.answered(second)

    expect(rig.settled).toEqual(['a', 'b'])
    expect(rig.asks.toTell('web-1')).toEqual({ id: third, scan: false })
  })

  it('of one server does not answer for another', async () => {
    const rig = new AskRig()
    const id = rig.ask('a')
    rig.asks.toTell('web-1')

    expect(await rig.answered(id, 'web-2')).toEqual([])
  })
})

describe('a server that is forgotten', () => {
  it('keeps nobody waiting', async () => {
    const rig = new AskRig()
    rig.ask('told')
    rig.asks.toTell('web-1')
    rig.ask('not told')
    rig.asks.forget('web-1')
    await Promise.resolve()

    expect(rig.settled).toEqual(['told', 'not told'])
    expect(rig.asks.size).toBe(0)
    expect(rig.asks.toTell('web-1')).toBeNull()
  })
})

describe('a server that never answers', () => {
  it('is remembered for a while, by two asks at most', () => {
    const rig = new AskRig()
    const ids = new Set<string>()
    for (let round = 0; round < 1_000; round++) {
      rig.nowMs = round
      ids.add(rig.ask(`round ${round}`))
      rig.asks.toTell('web-1')
    }

    expect([...ids]).toEqual(['ask-1', 'ask-2'])
    expect(rig.asks.size).toBe(1)
  })

  it('is given up, told or not, at the next question to anybody', () => {
    const rig = new AskRig()
    rig.ask('told', LOOK, 'web-1')
    rig.asks.toTell('web-1')
    rig.ask('not told', LOOK, 'web-2')
    rig.nowMs = ASK_AGE_MS_MAX
    rig.ask('new', LOOK, 'web-3')

    expect(rig.asks.size).toBe(1)
    expect(rig.asks.toTell('web-1')).toBeNull()
    expect(rig.asks.toTell('web-2')).toBeNull()
  })

  it('does not keep a later question from being told once the old one is given up', () => {
    const rig = new AskRig()
    rig.ask('old')
    rig.asks.toTell('web-1')
    rig.nowMs = ASK_AGE_MS_MAX - 1
    const later = rig.ask('later')
    rig.nowMs = ASK_AGE_MS_MAX

    expect(rig.asks.toTell('web-1')).toEqual({ id: later, scan: false })
  })

  it('does not hold back a server that was asked later', () => {
    const rig = new AskRig()
    for (let at = 0; at < 1_000; at++) {
      rig.nowMs = at * 1_000
      rig.ask('x', LOOK, `web-${at}`)
    }

    expect(rig.asks.size).toBe(ASK_AGE_MS_MAX / 1_000)
  })
})

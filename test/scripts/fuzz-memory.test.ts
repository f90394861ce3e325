import { describe, expect, it } from 'vitest'
import { memoryProblem, memoryText, type MemoryHalves } from '../../scripts/prove/fuzz/memory.ts'
import { runSurface } from '../../scripts/prove/fuzz/run-surface.ts'
import type { Surface } from '../../scripts/prove/fuzz/surface.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const MIB = 1024 * 1024
const grown = (share: number): MemoryHalves => ({
  half: { live: 40 * MIB, resident: 100 * MIB },
  end: { live: 40 * MIB * (1 + share), resident: 100 * MIB },
})

describe('the memory of a fuzzed surface', () => {
  it('may grow by a tenth over the second half, and no more', () => {
    expect(memoryProblem(grown(0.09), 20_000)).toBeNull()
    expect(memoryProblem(grown(0.2), 20_000)).toBe('live memory grew by 20 % over the second half')
  })

  it('is not judged by what the process holds resident', () => {
    const swollen = { half: { live: MIB, resident: 100 * MIB }, end: { live: MIB, resident: 300 * MIB } }

    expect(memoryProblem(swollen, 20_000)).toBeNull()
    expect(memoryText(swollen)).toBe('live 1.0 then 1.0 MiB, resident 100 then 300 MiB')
  })

  it('is not judged by a run that ends before caches are full', () => {
    expect(memoryProblem(grown(0.5), 9_999)).toBeNull()
  })

  it('is read once half the inputs were fed, and once after the last', async () => {
    const fed: unknown[] = []
    const surface: Surface = {
      name: 'keeps-everything',
      open: () =>
        Promise.resolve({
          input: (_random, index) => index,
          feed: (input) => Promise.resolve(fed.push(input) > 0 ? 'kept' : 'lost'),
          check: () => Promise.resolve(),
          close: () => Promise.resolve(),
        }),
    }
    const readMemory = () => Promise.resolve({ live: fed.length, resident: 0 })

    const { memory } = await runSurface(surface, {
      seed: 'x',
      first: 0,
      count: 100,
      failureDirectory: temporaryDirectory(),
      readMemory,
    })

    expect([memory?.half.live, memory?.end.live]).toEqual([51, 100])
  })
})

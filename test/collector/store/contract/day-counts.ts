// The store's contract: how the fleet stood, day by day.
import { describe, expect, it } from 'vitest'
import type { WithStore } from './contract-kit.ts'

const tally = (promoted: number) => ({ promoted, restartRequired: 2, cannotTell: 1, total: 9 })

export function describeDayCounts(name: string, withStore: WithStore): void {
  describe(`${name}: counts of a day`, () => {
    it(
      'keeps them for the fleet and each application, and what was counted last stands for the day',
      withStore(async (open) => {
        const store = open()
        store.saveDayCounts(100, new Map([[null, tally(1)]]))
        store.saveDayCounts(
          100,
          new Map([
            [null, tally(3)],
            ['shop', tally(2)],
          ] as const),
        )
        store.saveDayCounts(102, new Map([[null, tally(4)]]))
        store.close()

        const again = open()

        expect(again.dayCounts(null, 100, 102)).toEqual([
          { day: 100, ...tally(3) },
          { day: 102, ...tally(4) },
        ])
        expect(again.dayCounts('shop', 0, 999)).toEqual([{ day: 100, ...tally(2) }])
        expect(again.dayCounts(null, 101, 101)).toEqual([])
      }),
    )

    it(
      'keeps them for three years',
      withStore(async (open) => {
        const store = open()
        store.saveDayCounts(100, new Map([[null, tally(1)]]))
        store.saveDayCounts(101, new Map([[null, tally(1)]]))

        store.saveDayCounts(100 + 3 * 366 + 1, new Map([[null, tally(1)]]))

        expect(store.dayCounts(null, 0, 9_999).map(({ day }) => day)).toEqual([101, 1199])
      }),
    )
  })
}

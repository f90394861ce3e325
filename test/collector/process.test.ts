// The short form of `npm run prove:kill`.
import { describe, expect, it } from 'vitest'
import { killUnderLoad } from '../../scripts/prove/kill/kill-under-load.ts'

/** The number the product promises. */
const KILLS = 20
const SERVERS = 12

describe('kill -9', () => {
  it(`${KILLS} times under load loses nothing that was acknowledged`, { timeout: 180_000 }, async () => {
    const { lost, acknowledgedEach } = await killUnderLoad({ kills: KILLS, servers: SERVERS })

    expect(lost).toEqual([])
    expect(acknowledgedEach).toHaveLength(SERVERS)
    expect(Math.min(...acknowledgedEach)).toBeGreaterThan(0)
  })
})

import { describe, expect, it } from 'vitest'
import { pastDays, pastOf, presentOf } from '../../../collector/demo/demo-past.ts'
import { demoServer } from '../../../collector/demo/demo-server.ts'
import { talliesOf } from '../../../collector/changes/day-tally.ts'

const NOW = Date.parse('2026-11-22T10:22:07Z')
const DAY = 86_400_000
const SERVERS = Array.from({ length: 400 }, (_, index) =>
  demoServer(index, NOW, { id: `s${index}`, credentialHash: `h${index}` }),
)

describe('the past of an invented fleet', () => {
  it('ends each need before the next begins, and before the server falls silent', () => {
    const wrong = SERVERS.filter((server, index) => {
      const events = [...pastOf(server, index, NOW), ...presentOf(server, NOW)]
      const moments = events.map(({ at }) => at)
      return moments.some((at, place) => at > NOW || at < server.record.createdAt || at < (moments[place - 1] ?? 0))
    })

    expect(wrong).toEqual([])
  })

  it('tells of restarts, of those that came late, and of silence', () => {
    const types = SERVERS.flatMap((server, index) => [...pastOf(server, index, NOW), ...presentOf(server, NOW)])
    const told = new Set(types.map(({ event }) => event.type))

    expect([...told].toSorted()).toEqual(['restart-cleared', 'restart-required', 'silent', 'stale'])
  })

  it('counts 90 days, of which the last leads to how it stands now', () => {
    const days = [...pastDays(SERVERS, NOW)]
    const last = days.at(-1)?.tallies.get(null)
    const today = talliesOf(
      SERVERS.map(({ record }) => record),
      0,
    ).get(null)

    expect(days.map(({ day }) => day)).toEqual(Array.from({ length: 90 }, (_, at) => Math.floor(NOW / DAY) - 90 + at))
    expect(last?.total).toBe(400)
    // A day apart: a few restarts came up since.
    expect(Math.abs((last?.promoted ?? 0) - (today?.promoted ?? 0))).toBeLessThan(20)
    expect(days.filter(({ tallies }) => (tallies.get(null)?.promoted ?? 0) > 0).length).toBeGreaterThan(60)
  })
})

import { describe, expect, it } from 'vitest'
import { packageEvents } from '../../../collector/ingest/package-changes.ts'
import type { PackageRun } from '../../../shared/sections/updates.ts'

const BOOTED = Date.parse('2026-11-20T00:00:00Z')
const BOOT = { bootedAt: BOOTED }
const BEFORE = ['libssl3:amd64=1', 'nginx:amd64=1', 'vim:amd64=1']

/** A run at `hour` of this boot, which changed what it names from one version to the next. */
function run(hour: number, user: string, changes: readonly [name: string, from: string | null, to: string | null][]) {
  return {
    at: { uptimeMs: hour * 3_600_000 + 1, hostTime: '2001-01-01T00:00:00.000Z' },
    by: { kind: 'user', user },
    command: `apt-get of ${user}`,
    error: null,
    isInterrupted: false,
    changes: changes.map(([name, from, to]) => ({ package: name, from, to, action: 'upgrade' })),
    more: 0,
  } satisfies PackageRun
}

function authors(after: readonly string[], runs: readonly PackageRun[], boot: typeof BOOT | null = BOOT) {
  return packageEvents(BEFORE, [...after], { runs, boot })[0]?.data['runs']
}

describe('who changed packages between two lists', () => {
  it('is told with the time by our clock, the newest run first', () => {
    const runs = [
      run(30, 'anna', [['vim:amd64', '1', null]]),
      run(20, 'ben', [['libssl3:amd64', '1', '2']]),
      run(10, 'cleo', [['nginx:amd64', '0', '1']]),
    ]

    expect(authors(['libssl3:amd64=2', 'nginx:amd64=1'], runs)).toEqual([
      { at: '2026-11-21T06:00:00.000Z', by: 'user', user: 'anna', command: 'apt-get of anna' },
      { at: '2026-11-20T20:00:00.000Z', by: 'user', user: 'ben', command: 'apt-get of ben' },
    ])
  })

  it('is who did it last, where it was done, taken back and done again', () => {
    const runs = [
      run(30, 'anna', [['libssl3:amd64', '1', '2']]),
      run(20, 'ben', [['libssl3:amd64', '2', '1']]),
      run(10, 'cleo', [['libssl3:amd64', '1', '2']]),
    ]

    expect(authors(['libssl3:amd64=2', 'nginx:amd64=1', 'vim:amd64=1'], runs)).toMatchObject([{ user: 'anna' }])
  })

  it('is not told where no run led there', () => {
    const runs = [run(30, 'anna', [['libssl3:amd64', '1', '3']]), run(20, 'ben', [['libssl3:i386', '1', '2']])]

    expect(authors(['libssl3:amd64=2', 'nginx:amd64=1', 'vim:amd64=1'], runs)).toBeUndefined()
  })

  it('has the host’s own time for what was before the boot, and none for what is no time', () => {
    const early = (hostTime: string | null): PackageRun => ({
      ...run(0, 'anna', [['vim:amd64', '1', null]]),
      at: { uptimeMs: null, hostTime },
    })
    const after = ['libssl3:amd64=1', 'nginx:amd64=1']

    expect(authors(after, [early('2026-11-19T06:00:00Z')])).toMatchObject([{ at: '2026-11-19T06:00:00.000Z' }])
    expect(authors(after, [early('yesterday')])).toMatchObject([{ at: null }])
    expect(authors(after, [early(null)], null)).toMatchObject([{ at: null }])
  })
})

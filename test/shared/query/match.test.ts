import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rowTest } from '../../../shared/query/match.ts'
import { parseQuery } from '../../../shared/query/parse.ts'
import { wholeTextTest } from '../../../shared/query/pattern.ts'
import type { QueryRow } from '../../../shared/query/row.ts'
import { BLANK_ROW } from '../../support/query-rows.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const DAY_MS = 86_400_000

const web: QueryRow = {
  name: 'Web-03.example.net',
  state: 'restart-required',
  reporting: 'current',
  exposure: 'exposed',
  lifecycle: 'active',
  reasons: ['exposed', 'stale'],
  snoozed: 'no',
  application: 'shop',
  environment: 'prod',
  tags: { rack: 'b2', canary: '' },
  packages: ['linux-image-6.1.0-41-amd64', 'libssl3'],
  openPorts: [
    { port: 443, unit: 'nginx.service' },
    { port: 22, unit: null },
  ],
  outdatedUnits: ['cron.service'],
  os: { id: 'ubuntu', versionId: '24.04', prettyName: 'Ubuntu 24.04.3 LTS' },
  kernel: '6.8.0-79-generic',
  since: NOW - 15 * DAY_MS,
  lastContactAt: NOW - 60_000,
}

function holds(text: string, row: QueryRow): boolean {
  const parsed = parseQuery(text)
  if (!parsed.ok) throw new Error(parsed.problem.detail)
  return rowTest(parsed.query)(row, NOW)
}

const FITTING = [
  '',
  'web',
  'WEB-03',
  'example,nothing',
  'web*net',
  'name:web-03.example.net',
  'name:*example*',
  'state:restart-required',
  'state:ok,restart*',
  'reporting:current',
  'exposure:exposed',
  'reason:stale',
  'reason:silent,exposed',
  'lifecycle:active',
  'app:Shop',
  'env:prod,staging',
  'tag:rack',
  'tag:RACK=B2',
  'tag:r*=b*',
  'tag:canary',
  'tag:canary=',
  'pkg:linux-image*',
  'pkg:LIBSSL3',
  'port:443',
  'port:1,22',
  'unit:nginx',
  'unit:nginx.service',
  'unit:cron',
  'os:"Ubuntu 24.04"',
  'os:ubuntu',
  'os:"ubuntu 24.04.3 LTS"',
  'os:Ubuntu*',
  'kernel:6.8.*',
  'older:14d',
  'older:>=15d',
  'older:<=15d',
  'silent:<2m',
  '-app:mail -tag:blue app:shop state:restart-required',
]
const UNFITTING = [
  'we_',
  'web*ne',
  'name:web',
  'name:web-03*03*',
  'state:ok',
  'reporting:late',
  'reason:silent',
  'lifecycle:removed',
  'app:sho',
  'env:pro',
  'tag:b2',
  'tag:rack=b',
  'pkg:linux-image',
  'port:44',
  'unit:ngin',
  'os:Debian',
  'os:24.04',
  'kernel:6.8',
  'older:15d',
  'older:<15d',
  'silent:>1m',
  'app:shop state:ok',
  '-app:shop',
  '-reason:stale',
]

describe('a server', () => {
  it.each(FITTING)('fits %j', (text) => {
    expect(holds(text, web)).toBe(true)
  })

  it.each(UNFITTING)('does not fit %j', (text) => {
    expect(holds(text, web)).toBe(false)
  })

  it.each(['app:*', 'env:*', 'tag:*', 'pkg:*', 'port:443', 'unit:*', 'os:*', 'kernel:*', 'older:0s', 'older:<63d'])(
    'of which nothing is known does not fit %j and fits its opposite',
    (text) => {
      expect(holds(text, BLANK_ROW)).toBe(false)
      expect(holds(`-${text}`, BLANK_ROW)).toBe(true)
    },
  )

  it('that was never heard has been silent longer than any time', () => {
    expect(holds('silent:364d', BLANK_ROW)).toBe(true)
    expect(holds('silent:<364d', BLANK_ROW)).toBe(false)
  })
})

describe('a wildcard', () => {
  it('means what the same regular expression means', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'A'), maxLength: 8 })
    fc.assert(
      fc.property(fc.array(letters, { minLength: 1, maxLength: 4 }), letters, (pieces, text) => {
        const expected = new RegExp(`^${pieces.join('.*')}$`, 'i').test(text)
        expect(wholeTextTest(pieces)(text)).toBe(expected)
      }),
      { numRuns: 2_000 },
    )
  })

  it('is answered at once on text made to make it slow', () => {
    const pieces = Array(200).fill('a') as string[]

    expect(wholeTextTest([...pieces, 'b'])('a'.repeat(200_000))).toBe(false)
  })
})

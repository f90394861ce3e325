import { describe, expect, it } from 'vitest'
import { joinVerdicts, type BoundRow } from '../../../agent/probes/listeners-join.ts'
import type { FirewallFacts, FirewallRow } from '../../../shared/facts/firewall.ts'

const bound = (row: Partial<BoundRow> = {}): BoundRow => ({
  protocol: 'tcp',
  family: 4,
  address: '0.0.0.0',
  port: 443,
  bound: { verdict: 'unknown', reason: 'not-scanned' },
  isAssumed: false,
  ...row,
})
const LOOPBACK = { address: '127.0.0.1', bound: { verdict: 'filtered', reason: 'loopback-bind' } } as const

const found = (row: Partial<FirewallRow> = {}): FirewallRow => ({
  protocol: 'tcp',
  family: 4,
  address: '0.0.0.0',
  port: 443,
  unit: 'nginx.service',
  verdict: 'exposed',
  reason: 'accept-rule',
  rule: 'tcp dport 443 accept',
  share: 0.995_321_7,
  via: null,
  container: null,
  ...row,
})
const facts = (rows: FirewallRow[], reason: string | null = null): FirewallFacts => ({
  format: 1,
  rows,
  tools: ['nft'],
  readable: reason === null,
  reason,
  digest: 'd',
  bootId: 'b',
  readUptimeMs: 0,
  readAt: '2026-11-22T12:00:00Z',
})
const known = (rows: FirewallRow[], reason: string | null = null) =>
  ({ kind: 'known', facts: facts(rows, reason) }) as const

describe('a socket', () => {
  it('takes the verdict of the scan with all that goes with it', () => {
    expect(joinVerdicts([bound()], known([found()]))).toEqual({
      rows: [
        {
          protocol: 'tcp',
          family: 4,
          address: '0.0.0.0',
          port: 443,
          verdict: 'exposed',
          reason: 'accept-rule',
          unit: 'nginx.service',
          rule: 'tcp dport 443 accept',
          share: 0.9953,
        },
      ],
      missing: [],
    })
  })

  it.each([
    ['protocol', { protocol: 'udp' }],
    ['family', { family: 6, address: '::' }],
    ['address', { address: '192.0.2.7' }],
    ['port', { port: 80 }],
  ] as const)('with another %s takes no verdict that is not its own', (_, other) => {
    const { rows, missing } = joinVerdicts([bound(other)], known([found()]))

    expect(rows).toMatchObject([{ verdict: 'unknown', reason: 'not-scanned' }])
    expect(missing).toHaveLength(1)
  })

  it('on the loopback alone waits for no scan', () => {
    expect(joinVerdicts([bound(LOOPBACK)], known([found()]))).toMatchObject({
      rows: [{ verdict: 'filtered', reason: 'loopback-bind' }],
      missing: [],
    })
  })

  it('on the loopback that a translation reaches is what the scan says', () => {
    const row = found({ address: '127.0.0.1', reason: 'dnat-forward', via: 'dnat' })

    expect(joinVerdicts([bound(LOOPBACK)], known([row])).rows).toMatchObject([{ verdict: 'exposed', via: 'dnat' }])
  })

  it('that is only assumed to take IPv4 is dropped where the scan saw that it does not', () => {
    const six = bound({ family: 6, address: '::' })
    const four = bound({ isAssumed: true })
    const rows = [found({ family: 6, address: '::' })]

    expect(joinVerdicts([six, four], known(rows)).rows.map(({ family }) => family)).toEqual([6])
    expect(joinVerdicts([six, four], { kind: 'none', why: '' }).rows.map(({ family }) => family)).toEqual([6, 4])
  })

  it.each([
    ['none', 'not-scanned'],
    ['old', 'facts-old'],
  ] as const)('is unknown where facts are %s, and filtered where its address alone says so', (kind, reason) => {
    const knowledge = kind === 'none' ? { kind, why: 'x' } : { kind, facts: facts([found()]) }

    expect(joinVerdicts([bound(), bound(LOOPBACK)], knowledge).rows).toMatchObject([
      { verdict: 'unknown', reason },
      { verdict: 'filtered', reason: 'loopback-bind' },
    ])
  })

  it('of a host whose scan could read nothing says what it lacked', () => {
    expect(joinVerdicts([bound()], known([], 'ss is not installed'))).toMatchObject({
      rows: [{ verdict: 'unknown', reason: 'firewall-unreadable', rule: 'ss is not installed' }],
      missing: [],
    })
  })
})

describe('a port that only a translation answers', () => {
  it('is a row of its own, with its container', () => {
    const row = found({ port: 8080, unit: null, via: 'dnat', container: 'shop' })

    expect(joinVerdicts([], known([row])).rows).toMatchObject([{ port: 8080, via: 'dnat', container: 'shop' }])
  })

  it('is none where a program held it that is gone', () => {
    const row = found({ port: 8080, unit: 'docker.service', via: 'dnat' })

    expect(joinVerdicts([], known([row])).rows).toEqual([])
  })
})

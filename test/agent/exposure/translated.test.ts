// Ports that translation sends somewhere else: something is said of every one of them.
import { describe, expect, it } from 'vitest'
import { ACCEPT, DROP, DROPPING, dport, INPUT, judged, nftTable, nftText } from './exposed-host.ts'

const NAT = { type: 'nat', hook: 'prerouting', prio: -100, policy: 'accept' }
const FORWARD = { type: 'filter', hook: 'forward', prio: 0, policy: 'drop' }
const ESTABLISHED = [{ match: { op: 'in', left: { ct: { key: 'state' } }, right: 'established' } }, ACCEPT]
const TO_CONTAINER = { dnat: { addr: '172.17.0.2', family: 'ip' } }

function rowsOf(nat: readonly unknown[][], forward: readonly unknown[][]) {
  const chains = [
    { name: 'pre', base: NAT, rules: nat },
    { name: 'forward', base: FORWARD, rules: forward },
  ]
  const rows = judged({ nft: nftText(nftTable(chains)), ss: '' })
  return rows.map(({ protocol, port, verdict, rule }) => `${protocol} ${port} ${verdict} ${rule?.split(':')[0] ?? ''}`)
}

describe('a wide range of translated ports', () => {
  it('is one row where all of it is judged alike, and says how far it reaches', () => {
    const rows = rowsOf([[dport({ range: [10_000, 20_000] }), TO_CONTAINER]], [[ACCEPT]])

    expect(rows).toEqual(['tcp 10000 exposed ports 10000-20000'])
  })

  it('does not hide the one port that is let through', () => {
    const rows = rowsOf([[dport({ range: [10_000, 20_000] }), TO_CONTAINER]], [ESTABLISHED, [dport(15_000), ACCEPT]])

    expect(rows).toEqual([
      'tcp 10000 filtered ports 10000-14999',
      'tcp 15000 exposed inet t pre',
      'tcp 15001 filtered ports 15001-20000',
    ])
  })

  it('does not stand for the port whose answer does not get out', () => {
    const lostAnswer = [
      { match: { op: 'in', left: { ct: { key: 'state' } }, right: 'established' } },
      { match: { op: '==', left: { payload: { protocol: 'tcp', field: 'sport' } }, right: 15_000 } },
      DROP,
    ]
    const forward = [lostAnswer, [ACCEPT]]

    expect(rowsOf([[dport({ range: [10_000, 20_000] }), TO_CONTAINER]], forward)).toEqual([
      'tcp 10000 exposed ports 10000-14999',
      'tcp 15000 unknown rules for the answer, or for what follows it',
      'tcp 15001 exposed ports 15001-20000',
    ])
  })
})

describe('translated ports beyond what can be worked off', () => {
  it('leave a row that says where looking ended', { timeout: 120_000 }, () => {
    const nat = Array.from({ length: 30_000 }, (_, at) => [
      dport({ range: [1 + at, 1 + at + 20_000] }),
      { match: { op: '==', left: { payload: { protocol: 'ip', field: 'ttl' } }, right: 1 } },
      TO_CONTAINER,
    ])

    const rows = judged({ nft: nftText(nftTable([{ name: 'pre', base: NAT, rules: nat }])), ss: '' })

    expect(rows.filter(({ verdict }) => verdict === 'filtered')).toEqual([])
    expect(rows.find(({ rule }) => rule?.includes('were not looked at') === true)).toMatchObject({
      verdict: 'unknown',
      reason: 'ruleset-too-large',
      via: 'dnat',
    })
  })
})

describe('ports nobody translates', () => {
  it('have no row', () => {
    const chains = [{ name: 'input', base: { ...INPUT, ...DROPPING }, rules: [[dport(80), ACCEPT]] }]

    expect(judged({ nft: nftText(nftTable(chains)), ss: '' })).toEqual([])
  })
})

// The walk skips chains that are about other ports, and goes through verdict maps once for all senders. Whoever it says
// gets through must be who does when each asks alone, rule by rule.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { everyone } from '../../../agent/exposure/address-space.ts'
import { parseAddress } from '../../../agent/exposure/address-text.ts'
import { parseNft } from '../../../agent/exposure/nft-read.ts'
import { newWorld, NO_WINDOWS, type Packet } from '../../../agent/exposure/packet.ts'
import { contains } from '../../../agent/exposure/ranges.ts'
import { allOf, setOf } from '../../../agent/exposure/senders.ts'
import { newTrace } from '../../../agent/exposure/trace.ts'
import { walkBase } from '../../../agent/exposure/walk-chain.ts'
import { ACCEPT, DROP, DROPPING, dport, INPUT, judged, nftTable, nftText, saddr } from './exposed-host.ts'

/** Networks that share no address, as nft wants them in a map, and one that all others are in. */
const NETWORKS = ['20.0.0.0', '20.0.1.0', '20.0.2.0', '20.0.3.0'].map((addr) => ({ prefix: { addr, len: 24 } }))
const SENDERS = ['20.0.0.7', '20.0.1.7', '20.0.2.7', '20.0.3.7', '99.0.0.7'].map(pointOf)
const PORTS = [22, 80, 443]

const jump = (target: string) => ({ jump: { target } })
const goto = (target: string) => ({ goto: { target } })
const leafVerdict = fc.constantFrom<object>(ACCEPT, DROP, { return: null })
const innerVerdict = fc.oneof(leafVerdict, fc.constantFrom<object>(jump('leaf'), goto('leaf')))
const outerVerdict = fc.oneof(innerVerdict, fc.constantFrom<object>(jump('inner'), goto('inner')))
const condition = fc.oneof(
  fc.constantFrom(...PORTS).map((port) => dport(port)),
  fc.constantFrom(...NETWORKS).map((network) => saddr(network)),
)
const rule = (verdict: fc.Arbitrary<object>) =>
  fc
    .tuple(fc.array(condition, { maxLength: 2 }), verdict)
    .map(([conditions, last]): readonly unknown[] => [...conditions, last])
const mapped = (verdict: fc.Arbitrary<object>) =>
  fc
    .tuple(
      fc.subarray<unknown>([...NETWORKS, '*'], { minLength: 1 }),
      fc.array(verdict, { minLength: 5, maxLength: 5 }),
    )
    .map(([keys, verdicts]): readonly unknown[] => {
      const key = { payload: { protocol: 'ip', field: 'saddr' } }
      return [{ vmap: { key, data: { set: keys.map((one, at) => [one, verdicts[at] ?? DROP]) } } }]
    })
const rules = (verdict: fc.Arbitrary<object>) =>
  fc.array(fc.oneof({ arbitrary: rule(verdict), weight: 2 }, mapped(verdict)), { maxLength: 5 })
const ruleset = fc.record({
  base: fc.constantFrom(INPUT, DROPPING),
  outer: rules(outerVerdict),
  inner: rules(innerVerdict),
  leaf: rules(leafVerdict),
})

describe('a walk of all senders at once', () => {
  it('lets through who gets through alone', () => {
    fc.assert(
      fc.property(ruleset, fc.constantFrom(...PORTS), ({ base, outer, inner, leaf }, port) => {
        const chains = [
          { name: 'leaf', rules: leaf },
          { name: 'inner', rules: inner },
          { name: 'outer', base, rules: outer },
        ]
        const text = nftText(nftTable(chains))
        const all = through(text, { dport: port, saddr: null })

        expect(SENDERS.map((sender) => contains(all, sender))).toEqual(
          SENDERS.map((sender) => contains(through(text, { dport: port, saddr: sender }), sender)),
        )
      }),
      { numRuns: 100 },
    )
  })
})

describe('a long list of senders', () => {
  const blocked = Array.from({ length: 5000 }, (_, at) => `20.${at >> 8}.${at & 255}.1`)
  const ports = Array.from({ length: 200 }, (_, at) => 1000 + at)
  const ss = ports.map((port) => `tcp LISTEN 0 16 0.0.0.0:${port} *:* ino:${port} sk:${port} <->`).join('\n')

  it('before many jumps to chains for other ports is no reason to give up', () => {
    const chains = ports.map((port) => ({ name: `for ${port}`, rules: [[dport(port), ACCEPT]] }))
    const input = [[saddr({ set: blocked }), DROP], ...ports.map((port) => [jump(`for ${port}`)])]
    const rows = judged({ ss, nft: nftText(nftTable([...chains, { name: 'input', base: DROPPING, rules: input }])) })

    expect([...new Set(rows.map(({ verdict }) => verdict))]).toEqual(['exposed'])
  })

  it('that a map spreads over as many chains is gone through once', () => {
    const chains = ports.map((port) => ({ name: `for ${port}`, rules: [[dport(port), ACCEPT]] }))
    const pairs = blocked.map((sender, at) => [sender, jump(`for ${1000 + (at % 200)}`)])
    const key = { payload: { protocol: 'ip', field: 'saddr' } }
    const input = [[{ vmap: { key, data: { set: pairs } } }]]
    const rows = judged({ ss, nft: nftText(nftTable([...chains, { name: 'input', base: DROPPING, rules: input }])) })

    expect([...new Set(rows.map(({ verdict, reason }) => `${verdict} ${reason}`))]).toEqual([
      'filtered source-restricted',
    ])
  })
})

/** Who certainly gets through; of one sender: everyone or nobody. */
function through(nft: string, ends: Pick<Packet, 'dport' | 'saddr'>) {
  const [table] = parseNft(nft, { types: { localOf: () => [] }, notes: null, isReplaced: () => false })
  const chain = table?.chains.get('outer')
  if (table === undefined || chain?.base === undefined || chain.base === null) throw new Error('no chain to walk')
  const packet: Packet = { ...PACKET, ...ends }
  const lane = { packet, must: everyone(4), may: everyone(4), world: newWorld(), acceptedBy: null, translatedBy: null }
  const trace = newTrace({ steps: 0, stepsMax: 1_000_000 })
  const passed = walkBase({ table, chain, base: chain.base }, [lane], { trace, redirectTo: () => [] })
  return setOf(allOf(passed.map(({ must }) => must)))
}

const PACKET: Omit<Packet, 'dport' | 'saddr'> = {
  family: 4,
  protocol: 'tcp',
  daddr: pointOf('203.0.114.10'),
  sport: null,
  ...NO_WINDOWS,
  iif: 'eth0',
  oif: null,
  ctState: 'new',
  isTranslated: false,
  mark: 0,
  ctMark: 0,
}

function pointOf(text: string) {
  const parsed = parseAddress(text)
  if (parsed === null) throw new Error(`no address: ${text}`)
  return parsed.point
}

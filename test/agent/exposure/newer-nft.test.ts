// What a newer nft prints and this program does not know: never a certain verdict, and never a failure.
import { describe, expect, it } from 'vitest'
import {
  ACCEPT,
  DROP,
  DROPPING,
  dport,
  INPUT,
  judged,
  nftTable,
  nftText,
  prefix,
  saddr,
  verdictOf,
} from './exposed-host.ts'

const OPEN = [{ name: 'input', base: DROPPING, rules: [[dport(80), ACCEPT]] }]
type Printed = Record<string, Record<string, unknown>>

/** The table with everything of one kind changed. */
function changed(kind: string, change: object): string {
  const objects = nftTable(OPEN) as Printed[]
  return nftText(objects.map((one) => (kind in one ? { [kind]: { ...one[kind], ...change } } : one)))
}

const verdictWith = (expressions: readonly unknown[], sets: readonly unknown[] = []) =>
  verdictOf(judged({ nft: nftText(nftTable([{ name: 'input', base: INPUT, rules: [expressions] }], { sets })) }), 4)

describe('what a newer nft prints', () => {
  it.each([
    ['an attribute of a rule', changed('rule', { enabled: false })],
    ['an attribute of a chain', changed('chain', { vrf: 'red' })],
    ['an attribute of a table', changed('table', { zone: 7 })],
    ['an object', nftText([...nftTable(OPEN), { gate: { family: 'inet', table: 't', name: 'x' } }])],
  ])('in %s leaves the port unknown', (_what, nft) => {
    expect(verdictOf(judged({ nft: nftText(nftTable(OPEN)) }), 4)).toBe('exposed accept-rule')
    expect(verdictOf(judged({ nft }), 4)).toBe('unknown opaque-rule')
  })

  it.each([
    ['a match', { match: { ...(dport(80) as Printed)['match'], scope: 'inner' } }],
    [
      'a packet inside a tunnel',
      { match: { op: '==', left: { payload: { tunnel: 'vxlan', protocol: 'tcp', field: 'dport' } }, right: 80 } },
    ],
    [
      'the other direction of a connection',
      { match: { op: '==', left: { ct: { key: 'state', dir: 'reply' } }, right: 'new' } },
    ],
    ['a field of meta', { match: { op: '==', left: { meta: { key: 'mark', base: 1 } }, right: 0 } }],
  ])('about %s leaves the port unknown', (_what, condition) => {
    expect(verdictWith([condition, DROP])).toBe('unknown opaque-rule')
  })

  it('about how networks are mapped is not followed', () => {
    const nat = {
      name: 'pre',
      base: { type: 'nat', hook: 'prerouting', prio: -100 },
      rules: [[dport(80), { dnat: { addr: '172.17.0.2', family: 'ip', type_flags: 'prefix' } }]],
    }

    expect(verdictOf(judged({ nft: nftText(nftTable([nat])) }), 4)).toBe('unknown opaque-rule')
  })

  it('about an element of a set leaves the set unknown', () => {
    const elem = [{ elem: { val: prefix('0.0.0.0', 1), disabled: true } }]
    const set = { name: 's', type: 'ipv4_addr', flags: ['interval'], elem }

    expect(verdictWith([saddr('@s'), DROP], [{ ...set, elem: [prefix('0.0.0.0', 0)] }])).toBe('filtered explicit-drop')
    expect(verdictWith([saddr('@s'), DROP], [set])).toBe('unknown opaque-rule')
    expect(verdictWith([saddr('@s'), DROP], [{ ...set, elem: [], backend: 'tree' }])).toBe('unknown opaque-rule')
  })

  it('as elements beside their set belongs to it', () => {
    const set = { name: 's', type: 'ipv4_addr', flags: ['interval'] }
    const element = { element: { family: 'inet', table: 't', name: 's', elem: [prefix('0.0.0.0', 0)] } }
    const objects = nftTable([{ name: 'input', base: INPUT, rules: [[saddr('@s'), DROP]] }], { sets: [set] })

    expect(verdictOf(judged({ nft: nftText([...objects, element]) }), 4)).toBe('filtered explicit-drop')
  })
})

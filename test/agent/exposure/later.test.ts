// What follows the first packet of a connection has to get through as well: found by a ruleset that answered SYN, and
// then rejected the ACK.
import { describe, expect, it } from 'vitest'
import { ACCEPT, DROPPING, dport, INPUT, judged, nftTable, nftText, verdictOf } from './exposed-host.ts'

const stateIs = (state: string) => ({ match: { op: 'in', left: { ct: { key: 'state' } }, right: state } })
const ACK = { match: { op: 'in', left: { payload: { protocol: 'tcp', field: 'flags' } }, right: 'ack' } }
const REJECT = { reject: { type: 'icmpx', expr: 'port-unreachable' } }
const OPAQUE = { match: { op: '==', left: { payload: { protocol: 'ip', field: 'ttl' } }, right: 5 } }
const NAT = { type: 'nat', hook: 'prerouting', prio: -100 }

const verdictWith = (chains: Parameters<typeof nftTable>[0]) => verdictOf(judged({ nft: nftText(nftTable(chains)) }), 4)
const withInput = (base: Record<string, unknown>, rules: readonly (readonly unknown[])[]) =>
  verdictWith([{ name: 'input', base, rules }])

describe('a port that lets the first packet in', () => {
  it.each([
    ['rejects the next one by its flags', withInput(INPUT, [[ACK, dport(80), REJECT]])],
    ['rejects what is no new connection', withInput(INPUT, [[stateIs('new'), dport(80), ACCEPT], [REJECT]])],
    ['may reject the next one', withInput(INPUT, [[stateIs('established'), OPAQUE, REJECT]])],
  ])('and %s is not proven to be exposed', (_what, verdict) => {
    expect(verdict).toBe('unknown answer-not-proven')
  })

  it.each([
    [
      'takes in what is established',
      withInput(INPUT, [[stateIs('established'), ACCEPT], [dport(80), ACCEPT], [REJECT]]),
    ],
    ['has answered before it drops the next one', withInput(DROPPING, [[stateIs('new'), dport(80), ACCEPT]])],
    ['asks for no state', withInput(DROPPING, [[dport(80), ACCEPT], [REJECT]])],
  ])('and %s is exposed', (_what, verdict) => {
    expect(verdict).toBe('exposed accept-rule')
  })

  it('is followed to where the first packet was translated to', () => {
    const input = {
      name: 'input',
      base: DROPPING,
      rules: [[stateIs('established'), dport(80), ACCEPT], [stateIs('new'), ACCEPT], [REJECT]],
    }
    const redirecting = { name: 'pre', base: NAT, rules: [[dport(8080), { redirect: { port: 80 } }]] }
    const rows = judged({ nft: nftText(nftTable([input, redirecting])) })

    expect(verdictOf(rows, 4, 8080)).toBe('exposed redirect')
  })
})

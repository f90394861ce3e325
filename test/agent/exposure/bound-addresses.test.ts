// What the address a socket is bound to, and the host's own addresses, say before any rule is asked.
import { describe, expect, it } from 'vitest'
import { unitFilterOf } from '../../../agent/exposure/unit-filter.ts'
import {
  DROPPING,
  INTERFACES,
  judged,
  LISTENING,
  nftTable,
  nftText,
  verdictOf,
  type ChainSpec,
} from './exposed-host.ts'

const withChains = (...chains: ChainSpec[]) => ({ nft: nftText(nftTable(chains)) })
const input = (rules: ChainSpec['rules'], base: Record<string, unknown> = DROPPING): ChainSpec => ({
  name: 'input',
  base,
  rules,
})

describe('addresses', () => {
  const PRIVATE = [INTERFACES[0], { ifname: 'eth0', addr_info: [{ local: '10.0.0.5', prefixlen: 24 }] }]

  it('cannot know what somebody translates to a private address', () => {
    expect(verdictOf(judged({ interfaces: PRIVATE }), 4)).toBe('unknown maybe-nat-mapped')
    expect(verdictOf(judged({ interfaces: PRIVATE, input: { isReachable: true } }), 4)).toBe('exposed no-firewall')
    expect(verdictOf(judged({ interfaces: PRIVATE, ...withChains(input([])) }), 4)).toBe('filtered policy-drop')
  })

  it.each([
    ['10.9.0.10', 'filtered private-bind'],
    ['172.17.0.1', 'filtered bridge-only'],
    ['198.51.99.7', 'unknown floating-address'],
    ['127.0.0.2', 'filtered loopback-bind'],
    ['169.254.1.1', 'filtered link-local-bind'],
    ['203.0.114.10', 'exposed no-firewall'],
  ])('judges a socket bound to %s as %s', (address, expected) => {
    expect(verdictOf(judged({ ss: `tcp LISTEN 0 16 ${address}:80 0.0.0.0:* ino:1 sk:1 <->` }), 4)).toBe(expected)
  })

  it('counts a public address on an inner interface', () => {
    const interfaces = [...PRIVATE, { ifname: 'dummy0', addr_info: [{ local: '198.51.99.7', prefixlen: 32 }] }]

    expect(verdictOf(judged({ interfaces }), 4)).toBe('exposed no-firewall')
  })

  it('cannot follow a default route through a tunnel', () => {
    const routes = [{ dst: 'default', dev: 'wg0', scope: 'link' }]

    expect(verdictOf(judged({ interfaces: PRIVATE, routes }), 4)).toBe('unknown no-external-interface')
  })

  it('keeps to what systemd lets through to the unit', () => {
    const denying = unitFilterOf([['[Service]\nIPAddressDeny=any\nIPAddressAllow=localhost 10.0.0.0/8\n']])
    const allowing = unitFilterOf([['[Service]\nIPAddressDeny=any\nIPAddressDeny=\nIPAddressDeny=10.0.0.0/8\n']])

    expect(verdictOf(judged({ input: { filtersOf: () => denying } }), 4)).toBe('filtered unit-ip-filter')
    expect(verdictOf(judged({ input: { filtersOf: () => allowing } }), 4)).toBe('exposed no-firewall')
  })

  it('does not judge what runs before any rule', () => {
    expect(verdictOf(judged({ input: { datapath: 'an XDP program on eth0' } }), 4)).toBe('unknown ebpf-datapath')
  })

  it('judges by the address alone where the rules cannot be read', () => {
    const ss = [LISTENING, 'tcp LISTEN 0 16 127.0.0.1:81 0.0.0.0:* ino:1 sk:1 <->'].join('\n')
    const rows = judged({ ss, input: { rules: { unreadable: 'nft ended with status 1' } } })

    expect(verdictOf(rows, 4, 80)).toBe('unknown firewall-unreadable')
    expect(verdictOf(rows, 4, 81)).toBe('filtered loopback-bind')
  })
})

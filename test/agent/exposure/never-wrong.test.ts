// Rulesets and hosts for which a verdict was, or nearly was, the opposite of what the kernel does. Where the answer cannot
// be told, it has to be "unknown".
import { describe, expect, it } from 'vitest'
import {
  ACCEPT,
  DROP,
  DROPPING,
  dport,
  INPUT,
  INTERFACES,
  judged,
  LISTENING,
  nftTable,
  nftText,
  ROUTES,
  saddr,
  verdictOf,
  type ChainSpec,
  type ExposedHost,
} from './exposed-host.ts'

const nft = (chains: readonly ChainSpec[], sets: readonly unknown[] = []) => ({
  nft: nftText(nftTable(chains, { sets })),
})
const input = (rules: ChainSpec['rules'], base: Record<string, unknown> = INPUT): ChainSpec => ({
  name: 'input',
  base,
  rules,
})
const verdict = (host: ExposedHost) => verdictOf(judged(host), 4)
/** Rules of iptables in table filter, with its policy. */
function iptables(policy: 'ACCEPT' | 'DROP', ...lines: readonly string[]): ExposedHost {
  const text = `*filter\n:INPUT ${policy} [0:0]\n${lines.map((line) => `-A INPUT ${line}`).join('\n')}\nCOMMIT\n`
  return { legacySaves: { 4: text, 6: null } }
}

describe('a table of iptables into which nft wrote a rule', () => {
  const xt = [{ xt: { type: 'match', name: 'conntrack' } }, ACCEPT]
  // iptables-nft-save 1.8.9 prints these as "-A INPUT -p tcp -j DROP" and as "-s 10.0.0.9/32".
  const written = [
    ['a set', [dport({ set: [443, 8443] }), DROP], '-A INPUT -p tcp -j DROP'],
    ['a verdict map', [{ vmap: { key: dportField(), data: { set: [[443, DROP]] } } }], '-A INPUT -p tcp'],
    [
      'a range of senders',
      [saddr({ range: ['1.0.0.0', '223.255.255.255'] }), DROP],
      '-A INPUT -s 223.255.255.255/32 -j DROP',
    ],
  ] as const
  function dportField(): unknown {
    return { payload: { protocol: 'tcp', field: 'dport' } }
  }

  it.each(written)('with %s is not believed as iptables prints it', (_, rule, line) => {
    const table = nftTable([{ name: 'INPUT', base: { ...INPUT, policy: 'accept' }, rules: [xt, rule] }], {
      family: 'ip',
      name: 'filter',
    })
    const save = `*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n${line}\nCOMMIT\n`

    expect(verdict({ nft: nftText(table), nftSaves: { 4: save, 6: null } })).toMatch(/^unknown/)
  })
})

describe('what counts or limits', () => {
  it.each([
    ['a named limit, which may be one "over"', nft([input([[{ limit: 'flood' }, DROP]])])],
    ['a named counter of connections', nft([input([[{ 'ct count': 'many' }, DROP]])])],
    ['more than no connection at all', nft([input([[{ 'ct count': { val: 0, inv: true } }, DROP]])])],
    ['more than no connection at all, by iptables', iptables('ACCEPT', '-m connlimit --connlimit-above 0 -j DROP')],
    ['a quota that is none', iptables('DROP', '-m quota --quota 0 -j ACCEPT')],
    [
      'a list of receivers',
      iptables('ACCEPT', '-m recent --rcheck --name seen --mask 255.255.255.255 --rdest -j DROP'),
    ],
    [
      'a list that the rule before puts everybody on',
      iptables('ACCEPT', '-m recent --set --name seen --rsource', '-m recent --rcheck --name seen --rsource -j DROP'),
    ],
    [
      'a set that a meter fills',
      nft(
        [
          input([
            [
              {
                meter: {
                  key: { payload: { protocol: 'ip', field: 'saddr' } },
                  stmt: { counter: null },
                  size: 9,
                  name: 'm',
                },
              },
            ],
            [saddr('@m'), DROP],
          ]),
        ],
        [{ name: 'm', type: 'ipv4_addr', flags: ['dynamic'] }],
      ),
    ],
  ])('decides nothing for certain: %s', (_, host) => {
    expect(verdict(host)).toMatch(/^unknown/)
  })

  it('lets in a fresh client under the usual brake of ufw', () => {
    const lines = [
      '-p tcp -m tcp --dport 80 -m conntrack --ctstate NEW -m recent --set --name DEFAULT --mask 255.255.255.255 --rsource',
      '-p tcp -m tcp --dport 80 -m conntrack --ctstate NEW -m recent --update --seconds 30 --hitcount 6 --name DEFAULT --mask 255.255.255.255 --rsource -j DROP',
      '-p tcp -m tcp --dport 80 -j ACCEPT',
    ]

    expect(verdict(iptables('DROP', ...lines))).toBe('exposed accept-rule')
  })

  it('keeps a port closed that opens after a knock at another', () => {
    const lines = [
      '-p tcp -m tcp --dport 1234 -m recent --set --name KNOCK --rsource -j DROP',
      '-p tcp -m tcp --dport 80 -m recent --rcheck --seconds 60 --name KNOCK --rsource -j ACCEPT',
    ]

    expect(verdict(iptables('DROP', ...lines))).toBe('filtered policy-drop')
  })
})

describe('ways in', () => {
  const eth1 = { ifname: 'eth1', addr_info: [{ local: '198.51.99.7', prefixlen: 24 }] }
  const onlyFrom = (name: string) => ({ match: { op: '==', left: { meta: { key: 'iifname' } }, right: name } })

  it.each([
    [
      'of a bond',
      [
        { ifname: 'eth0', master: 'bond0', xdp: { mode: 1 } },
        { ...INTERFACES[1], ifname: 'bond0' },
      ],
    ],
    [
      'below a VLAN',
      [
        { ifname: 'eth0', xdp: { mode: 1 } },
        { ...INTERFACES[1], ifname: 'eth0.7', link: 'eth0' },
      ],
    ],
  ])('may have a program on an interface %s', async (_, interfaces) => {
    const { findDatapath } = await import('../../../agent/commands/scan-firewall-kernel.ts')
    const { parseInterfaces } = await import('../../../agent/exposure/host-network.ts')
    const { createRecordedHost } = await import('../../../agent/host/recorded-host.ts')
    const { makeRecording } = await import('../../support/recorded-host.ts')
    const host = createRecordedHost({ directory: makeRecording({ 'etc/x': '' }), clock: 'recorded' })
    const network = { interfaces: parseInterfaces(JSON.stringify(interfaces)), routes: null }

    expect(await findDatapath(host, network)).toBe('an XDP program on eth0')
  })

  it('through a VRF are not followed', () => {
    const interfaces = [
      INTERFACES[0],
      { ifname: 'mgmt', flags: ['NOARP', 'MASTER', 'UP'], addr_info: [] },
      { ...INTERFACES[1], master: 'mgmt' },
    ]
    const ss = 'tcp LISTEN 0 16 0.0.0.0%mgmt:80 0.0.0.0:* ino:1 sk:1 <->'

    expect(verdict({ interfaces, ss })).toBe('unknown opaque-rule')
    expect(verdict({ interfaces, ...nft([input([[onlyFrom('mgmt'), ACCEPT]], DROPPING)]) })).toBe('unknown opaque-rule')
  })

  it('through what looks like a bridge or a tunnel and has a public address and the default route are not ruled out', () => {
    const interfaces = [INTERFACES[0], INTERFACES[1], { ...eth1, ifname: 'br-ex' }]
    const routes = [{ dst: 'default', gateway: '198.51.99.1', dev: 'br-ex' }]
    const rules = nft([input([[onlyFrom('br-ex'), ACCEPT]], DROPPING)])

    expect(verdict({ interfaces, routes, ...rules })).toMatch(/^unknown/)
    expect(verdict({ interfaces, routes, ...nft([input([], DROPPING)]) })).toBe('filtered policy-drop')
  })

  it('that have no way back may be closed by a reverse path filter', () => {
    const fib = { match: { op: '==', left: { fib: { result: 'oif', flags: ['saddr', 'iif'] } }, right: false } }
    const interfaces = [...INTERFACES, eth1]
    const rules = [
      [fib, DROP],
      [onlyFrom('eth0'), DROP],
    ]
    const save =
      '*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -m rpfilter --invert -j DROP\n-A PREROUTING -i eth0 -j DROP\nCOMMIT\n'

    expect(verdict({ interfaces, ...nft([input(rules)]) })).toMatch(/^unknown/)
    expect(verdict({ interfaces, legacySaves: { 4: save, 6: null } })).toMatch(/^unknown/)
    expect(verdict({ ...nft([input([[fib, DROP]])]) })).toBe('exposed policy-accept')
  })

  it('include a route to all public addresses of IPv6 that is not called default', () => {
    const routes = [ROUTES[0], { dst: '2000::/3', dev: 'wg0', scope: 'global' }]
    const interfaces = [INTERFACES[0], { ifname: 'wg0', addr_info: [{ local: '2001:470:1::10', prefixlen: 64 }] }]

    expect(verdictOf(judged({ routes, interfaces }), 6)).toMatch(/^unknown/)
  })
})

describe('addresses', () => {
  it.each(['192.0.0.2', 'fec0::7'])('%s are nobody else’s to ask for', (local) => {
    const family = local.includes(':') ? 6 : 4
    const interfaces = [INTERFACES[0], { ifname: 'eth0', addr_info: [{ local, prefixlen: 24 }] }]

    expect(verdictOf(judged({ interfaces }), family)).toBe('unknown maybe-nat-mapped')
  })

  it('of IPv4 as IPv6 writes them are all of them where none is named', () => {
    const ss = LISTENING.replace('*:80', '[::ffff:0.0.0.0]:80')

    expect(verdict({ ss })).toBe('exposed no-firewall')
  })
})

describe('protocols by number', () => {
  it('are not taken for others', () => {
    const protocol = { match: { op: '==', left: { meta: { key: 'protocol' } }, right: 2048 } }

    expect(verdict(nft([input([[protocol, DROP]])]))).toMatch(/^unknown/)
  })
})

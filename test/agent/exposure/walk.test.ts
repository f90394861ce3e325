// Single questions about how the kernel goes about a packet, one test each.
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
  prefix,
  saddr,
  verdictOf,
  type ChainSpec,
} from './exposed-host.ts'

const withChains = (...chains: ChainSpec[]) => ({ nft: nftText(nftTable(chains)) })
const state = (right: unknown) => ({ match: { op: 'in', left: { ct: { key: 'state' } }, right } })
const input = (rules: ChainSpec['rules'], base: Record<string, unknown> = DROPPING): ChainSpec => ({
  name: 'input',
  base,
  rules,
})
const save = (
  table: string,
  lines: readonly string[],
  policies = ':INPUT DROP [0:0]\n:PREROUTING ACCEPT [0:0]\n:FORWARD DROP [0:0]',
) => `*${table}\n${policies}\n${lines.join('\n')}\nCOMMIT\n`
const XT = nftText([
  ...nftTable([{ name: 'INPUT', base: DROPPING, rules: [[{ xt: { type: 'match', name: 'x' } }]] }], {
    family: 'ip',
    name: 'filter',
  }),
])

describe('the walk', () => {
  it('takes what is asked before connections are tracked for invalid', () => {
    const early = {
      name: 'early',
      base: { type: 'filter', hook: 'prerouting', prio: -300, policy: 'accept' },
      rules: [[state('invalid'), DROP]],
    }
    const late = { ...early, base: { ...early.base, prio: -150 } }

    expect(verdictOf(judged(withChains(early)), 4)).toBe('filtered explicit-drop')
    expect(verdictOf(judged(withChains(late)), 4)).toBe('exposed policy-accept')
  })

  it('keeps untracked packets from being new', () => {
    const raw = {
      name: 'raw',
      base: { type: 'filter', hook: 'prerouting', prio: -300 },
      rules: [[dport(80), { notrack: null }]],
    }

    expect(verdictOf(judged(withChains(raw, input([[state('new'), ACCEPT]]))), 4)).toBe('filtered policy-drop')
    expect(verdictOf(judged(withChains(raw, input([[state('untracked'), ACCEPT]]))), 4)).toBe('exposed accept-rule')
  })

  it('follows marks from one chain to the next', () => {
    const mark = { mangle: { key: { meta: { key: 'mark' } }, value: 7 } }
    const asks = { match: { op: '==', left: { '&': [{ meta: { key: 'mark' } }, 4] }, right: 4 } }
    const pre = { name: 'pre', base: { type: 'filter', hook: 'prerouting', prio: -150 }, rules: [[dport(80), mark]] }

    expect(verdictOf(judged(withChains(pre, input([[asks, ACCEPT]]))), 4)).toBe('exposed accept-rule')
    expect(verdictOf(judged(withChains(input([[asks, ACCEPT]]))), 4)).toBe('filtered policy-drop')
  })

  it('needs both branches of chance for certainty', () => {
    const chance = { match: { op: '<', left: { numgen: { mode: 'random', mod: 10, offset: 0 } }, right: 3 } }

    expect(verdictOf(judged(withChains(input([[chance, DROP], [ACCEPT]]))), 4)).toMatch(/^unknown/)
    expect(
      verdictOf(
        judged(
          withChains(
            input([
              [chance, ACCEPT],
              [dport(80), ACCEPT],
            ]),
          ),
        ),
        4,
      ),
    ).toMatch(/^exposed/)
    expect(verdictOf(judged(withChains(input([[chance, DROP]]))), 4)).toMatch(/^filtered/)
  })

  it('does not take a chain without an end for one that lets through', () => {
    const loop = { name: 'loop', rules: [[{ jump: { target: 'loop' } }]] }

    expect(verdictOf(judged(withChains(loop, input([[{ jump: { target: 'loop' } }]]))), 4)).toBe('unknown opaque-rule')
    expect(verdictOf(judged(withChains(input([[{ jump: { target: 'gone' } }]]))), 4)).toBe('unknown opaque-rule')
  })

  it('lets goto return to where its caller was called from', () => {
    const chains = [
      { name: 'end', rules: [] },
      { name: 'middle', rules: [[{ goto: { target: 'end' } }], [DROP]] },
      input([[{ jump: { target: 'middle' } }], [dport(80), ACCEPT]]),
    ]

    expect(verdictOf(judged(withChains(...chains)), 4)).toBe('exposed accept-rule')
  })

  it('does not call exposed what a host cannot answer', () => {
    const output = {
      name: 'output',
      base: { type: 'filter', hook: 'output', prio: 0, policy: 'drop' },
      rules: [] as unknown[][],
    }
    const answering = { ...output, rules: [[state(['established', 'related']), ACCEPT]] }

    expect(verdictOf(judged(withChains(output)), 4)).toBe('unknown answer-not-proven')
    expect(verdictOf(judged(withChains(answering)), 4)).toMatch(/^exposed/)
  })

  it('is not sure of a set that rules fill while packets pass', () => {
    const sets = [{ name: 'dyn', type: 'ipv4_addr' }]
    const add = { set: { op: 'add', elem: { payload: { protocol: 'ip', field: 'saddr' } }, set: '@dyn' } }
    const nft = nftText(nftTable([input([[dport(81), add], [saddr('@dyn'), DROP], [ACCEPT]])], { sets }))

    expect(verdictOf(judged({ nft }), 4)).toBe('unknown opaque-rule')
  })

  it('leaves dormant tables out, and doubts a flag it cannot read', () => {
    const chains = [input([])]

    expect(verdictOf(judged({ nft: nftText(nftTable(chains, { flags: 'dormant' })) }), 4)).toBe('exposed no-firewall')
    expect(verdictOf(judged({ nft: nftText(nftTable(chains, { flags: 't' })) }), 4)).toBe('unknown opaque-rule')
    expect(verdictOf(judged({ nft: nftText(nftTable(chains, { flags: 'owner' })) }), 4)).toBe('filtered policy-drop')
  })

  it('reads concatenations: only the network that is named', () => {
    const sets = [
      { name: 'pairs', elem: [{ concat: [prefix('10.0.0.0', 8), 80] }, { concat: [prefix('0.0.0.0', 0), 81] }] },
    ]
    const key = {
      concat: [{ payload: { protocol: 'ip', field: 'saddr' } }, { payload: { protocol: 'tcp', field: 'dport' } }],
    }
    const nft = nftText(nftTable([input([[{ match: { op: '==', left: key, right: '@pairs' } }, ACCEPT]])], { sets }))
    const ss = [LISTENING, LISTENING.replaceAll(':80', ':81')].join('\n')

    expect(verdictOf(judged({ nft, ss }), 4, 80)).toBe('filtered source-restricted')
    expect(verdictOf(judged({ nft, ss }), 4, 81)).toBe('exposed accept-rule')
  })

  it('reads iptables where nft shows only names', () => {
    const nftSaves = { 4: save('filter', ['-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT']), 6: null }

    expect(verdictOf(judged({ nft: XT, nftSaves }), 4)).toBe('exposed accept-rule')
    expect(verdictOf(judged({ nft: XT }), 4)).toBe('filtered policy-drop')
  })

  it.each([
    ['-m set --match-set allowed src -j ACCEPT', 'unknown opaque-rule'],
    ['-m geoip --src-cc DE -j ACCEPT', 'unknown opaque-rule'],
    ['-m owner --uid-owner 0 -j ACCEPT', 'unknown opaque-rule'],
    ['-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', 'filtered policy-drop'],
    ['-p icmp -j ACCEPT', 'filtered policy-drop'],
    ['-p udp -m udp --dport 80 -j ACCEPT', 'filtered policy-drop'],
    ['-m limit --limit 1/min -j ACCEPT', 'exposed accept-rule'],
    ['-m recent --rcheck --name x --rsource -j ACCEPT', 'filtered policy-drop'],
    ['-m recent ! --rcheck --name x --rsource -j ACCEPT', 'exposed accept-rule'],
    ['-m hashlimit --hashlimit-above 5/sec --hashlimit-name x -j ACCEPT', 'filtered policy-drop'],
    ['-m connlimit --connlimit-upto 5 --connlimit-mask 32 --connlimit-saddr -j ACCEPT', 'exposed accept-rule'],
    ['-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT', 'exposed accept-rule'],
    ['-p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT', 'filtered policy-drop'],
    ['-m comment --comment "it is -j DROP \\" here" -j ACCEPT', 'exposed accept-rule'],
    ['-i eth+ -j ACCEPT', 'exposed accept-rule'],
    ['! -i eth0 -j ACCEPT', 'filtered policy-drop'],
    ['-m iprange --src-range 10.0.0.0-10.255.255.255 -j ACCEPT', 'filtered source-restricted'],
    ['-j NFQUEUE --queue-num 0', 'unknown opaque-rule'],
    ['-p tcp -m tcp --sport 67 -j ACCEPT', 'filtered policy-drop'],
    ['-m "unfinished', 'unknown opaque-rule'],
  ])('judges "%s" under a policy of drop as %s', (rule, expected) => {
    const legacySaves = { 4: save('filter', [`-A INPUT ${rule}`]), 6: null }

    expect(verdictOf(judged({ legacySaves }), 4)).toBe(expected)
  })
})

describe('an interface with a second way in', () => {
  it('lets the worst verdict hold', () => {
    const interfaces = [...INTERFACES, { ifname: 'eth1', addr_info: [{ local: '198.51.99.7', prefixlen: 24 }] }]
    const only = { match: { op: '==', left: { meta: { key: 'iifname' } }, right: 'eth1' } }

    expect(verdictOf(judged({ interfaces, ...withChains(input([[only, ACCEPT]])) }), 4)).toBe('exposed accept-rule')
    expect(verdictOf(judged({ ...withChains(input([[only, ACCEPT]], { ...INPUT, policy: 'drop' })) }), 4)).toBe(
      'filtered policy-drop',
    )
  })
})

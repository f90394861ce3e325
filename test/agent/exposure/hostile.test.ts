// Rulesets that nobody wrote in good faith: never a crash, never a verdict.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scanFirewall } from '../../../agent/commands/scan-firewall.ts'
import { quoted } from '../../../agent/exposure/quoted.ts'
import { createRecordedHost } from '../../../agent/host/recorded-host.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import {
  ACCEPT,
  DROPPING,
  dport,
  INTERFACES,
  judged,
  LISTENING,
  nftTable,
  nftText,
  ROUTES,
  saddr,
  verdictOf,
} from './exposed-host.ts'

function hostWith(nft: string | Buffer): string {
  const directory = temporaryDirectory()
  mkdirSync(join(directory, 'commands'))
  const write = (name: string, content: string | Buffer) => writeFileSync(join(directory, 'commands', name), content)
  write('ss.txt', LISTENING)
  write('ip-address.json', JSON.stringify(INTERFACES))
  write('ip-route.json', JSON.stringify(ROUTES))
  write('nft.json', nft)
  return directory
}

async function scanned(nft: string | Buffer) {
  const facts = await scanFirewall(createRecordedHost({ directory: hostWith(nft), clock: 'recorded' }))
  return { ...facts, verdicts: facts.rows.map(({ verdict, reason }) => `${verdict} ${reason}`) }
}

const UNREADABLE = ['unknown firewall-unreadable', 'unknown firewall-unreadable']

describe('a hostile ruleset', () => {
  it.each([
    ['no JSON', '{"nftables": [{"table":'],
    ['another document', '[]'],
    ['nothing', ''],
    ['a rule of no table', '{"nftables": [{"rule": {"family": "ip", "table": "t", "chain": "c", "expr": []}}]}'],
    ['a list too deep to follow', `{"nftables": ${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
  ])('that is %s leaves every open port unknown', async (_what, nft) => {
    const { verdicts, readable } = await scanned(nft)

    expect(verdicts).toEqual(UNREADABLE)
    expect(readable).toBe(false)
  })

  it('of 100 MB is refused by its size', async () => {
    const { verdicts, reason } = await scanned(Buffer.alloc(100 * 1024 * 1024, 0x20))

    expect(verdicts).toEqual(UNREADABLE)
    expect(reason).toMatch(/large|bytes/i)
  })

  it.each([
    ['nft', { nft: nftText([{ metainfo: { release_name: ','.repeat(810_000) } }]) }],
    ['iptables', { legacySaves: { 4: '-A INPUT -j DROP\n'.repeat(60_000), 6: null } }],
  ])('of %s that would take more memory than there is is refused before it is read', (_tool, rules) => {
    expect(() => judged(rules)).toThrow(/^the ruleset is too large: 10\d %/)
  })

  it('of 10,000 chains that jump into each other ends unknown', () => {
    const chains = Array.from({ length: 10_000 }, (_, at) => ({
      name: `c${at}`,
      rules: [[{ jump: { target: `c${at + 1}` } }]],
    }))
    const nft = nftText(
      nftTable([
        ...chains,
        { name: 'c10000', rules: [[ACCEPT]] },
        { name: 'input', base: DROPPING, rules: [[{ jump: { target: 'c0' } }]] },
      ]),
    )

    expect(verdictOf(judged({ nft }), 4)).toBe('unknown opaque-rule')
  })

  it('that doubles its work with every chain ends unknown within the limit of work', () => {
    const twice = (at: number) => [
      [saddr('1.2.3.4', '!='), { jump: { target: `c${at}` } }],
      [{ jump: { target: `c${at}` } }],
    ]
    const chains = Array.from({ length: 60 }, (_, at) => ({
      name: `c${at}`,
      rules: at === 59 ? [[dport(1), ACCEPT]] : twice(at + 1),
    }))
    const nft = nftText(nftTable([...chains, { name: 'input', base: DROPPING, rules: twice(0) }]))

    expect(verdictOf(judged({ nft }), 4)).toBe('unknown ruleset-too-large')
  })

  it('quotes names so that they cannot act on a terminal', async () => {
    const name = 'x\u001B[2J\n"`$(reboot)`\u202E'
    const nft = nftText(nftTable([{ name, base: DROPPING, rules: [] }]))

    const { rows } = await scanned(nft)

    expect(rows[0]?.rule).toBe('inet t x\\u001b[2J\\u000a"`$(reboot)`\\u202e policy drop')
    expect(quoted('a'.repeat(1000))).toHaveLength(300)
  })

  it('of wrong types says nothing certain', () => {
    const odd = [
      null,
      1,
      'x',
      [],
      { match: null },
      { match: { op: 7, left: [], right: {} } },
      { jump: 'x' },
      { vmap: [] },
      { dnat: { addr: {} } },
    ]
    for (const expression of odd) {
      const nft = nftText(nftTable([{ name: 'input', base: DROPPING, rules: [[expression, ACCEPT]] }]))

      expect(verdictOf(judged({ nft }), 4)).toMatch(/^unknown/)
    }
  })
})

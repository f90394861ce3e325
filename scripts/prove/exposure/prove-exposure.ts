// One ruleset after another: load it, let the agent judge, try to connect from addresses nobody named, and compare.
import type { FirewallFacts, FirewallRow } from '../../../shared/facts/firewall.ts'
import { parseAddress, parsePrefix } from '../../../agent/exposure/address-text.ts'
import { contains } from '../../../agent/exposure/ranges.ts'
import { Random } from '../fuzz/random.ts'
import { Helper } from './helper.ts'
import { iptablesRuleset } from './iptables-rulesets.ts'
import { HOST_FOUR, HOST_SIX, makeNetwork, removeNetwork, run, type Namespaces } from './network.ts'
import { nftRuleset } from './nft-rulesets.ts'
import type { OutsideQuestion, Probe } from './outside.ts'
import type { TriedRuleset } from './rulesets.ts'
import { toolRuleset } from './tool-rulesets.ts'

export type Round = {
  seed: string
  label: string
  exposed: number
  filtered: number
  unknown: number
  contradictions: string[]
  unknowns: string[]
}
/** Null: the kernel refused the ruleset. */
export type Tried = Round | null

const SOURCES = 8
const CHECKS_MAX = 12
const TIMEOUT_MS = 250
/** A second try on a busy machine, before an exposed port counts as not answering: a lost first packet is sent again after 1 s. */
const PATIENT_MS = 3000

export class Proof {
  readonly #names: Namespaces
  readonly #host: Helper
  readonly #outside: Helper
  readonly #container: Helper
  #sources: string[] = []
  #legacy: string[] = []

  private constructor(names: Namespaces) {
    this.#names = names
    this.#host = Helper.start(names.host, 'host-side.ts')
    this.#outside = Helper.start(names.outside, 'outside.ts')
    this.#container = Helper.start(names.container, 'container-side.ts')
  }

  static async create(): Promise<Proof> {
    const proof = new Proof(makeNetwork())
    await proof.#container.ask('ready')
    return proof
  }

  async close(): Promise<void> {
    await Promise.all([this.#host.stop(), this.#outside.stop(), this.#container.stop()])
    removeNetwork(this.#names)
  }

  async try(seed: string): Promise<Tried> {
    const random = new Random(seed)
    const ruleset = random.pick([nftRuleset, nftRuleset, iptablesRuleset, iptablesRuleset, toolRuleset])(random)
    const refused = this.#load(ruleset)
    if (refused !== null) return null
    const facts = await this.#host.ask<FirewallFacts>('scan')
    if (!facts.readable) throw new Error(`${seed}: ${facts.reason}`)
    await this.#useSources(strangers(random, ruleset.named))
    return await this.#compare(seed, ruleset, pickRows(random, facts.rows))
  }

  /** Whatever rules a tool that runs in the host's namespace made by now. `named`: whom they name. */
  async tryAsItIs(label: string, named: readonly string[]): Promise<Round> {
    const facts = await this.#host.ask<FirewallFacts>('scan')
    if (!facts.readable) throw new Error(`${label}: ${facts.reason}`)
    await this.#useSources(strangers(new Random(label), named))
    const rows = facts.rows.filter(({ port }) => port < LAST_SERVED)
    return await this.#compare(label, { label: facts.tools.join(', '), loads: [], named }, rows)
  }

  /** A line of shell in the host's namespace. Null, or what it said when it failed. */
  inHost(shell: string): string | null {
    return run('ip', ['netns', 'exec', this.#names.host, '/bin/sh', '-c', shell])
  }

  #load({ loads }: TriedRuleset): string | null {
    const inside = (command: string, args: readonly string[], input = '') =>
      run('ip', ['netns', 'exec', this.#names.host, command, ...args], input)
    inside('nft', ['flush', 'ruleset'])
    // Emptying legacy tables takes a quarter of a second each, so only where something is in them.
    for (const command of this.#legacy) inside(command, [], LEGACY_EMPTY)
    this.#legacy = loads.map(({ command }) => command).filter((command) => command.includes('legacy'))
    for (const { command, args, input } of loads) {
      const refused = inside(command, args, input)
      if (refused !== null) return refused
    }
    return null
  }

  async #useSources(add: string[]): Promise<void> {
    await this.#ask({ addresses: { add, remove: this.#sources } })
    this.#sources = add
  }

  async #ask(question: OutsideQuestion): Promise<boolean[]> {
    return await this.#outside.ask<boolean[]>(question)
  }

  async #compare(seed: string, { label, loads }: TriedRuleset, rows: readonly FirewallRow[]): Promise<Round> {
    const round: Round = { seed, label, exposed: 0, filtered: 0, unknown: 0, contradictions: [], unknowns: [] }
    const probes = rows.map((row) => this.#probesOf(row, TIMEOUT_MS))
    const flat = await this.#ask({ probes: probes.flat() })
    for (const [at, row] of rows.entries()) {
      round[row.verdict] += 1
      const answered = flat.slice(at * SOURCES, (at + 1) * SOURCES).filter(Boolean).length
      const text = `${seed} ${label} ${row.protocol}${row.family}:${row.port} ${row.verdict} (${row.reason}, ${row.rule}), answered ${answered} of ${SOURCES}`
      if (row.verdict === 'unknown') round.unknowns.push(text)
      if (await this.#contradicts(row, answered)) {
        round.contradictions.push([text, ...loads.map(({ input }) => input)].join('\n'))
      }
    }
    return round
  }

  async #contradicts(row: FirewallRow, answered: number): Promise<boolean> {
    if (row.verdict === 'filtered') return answered > 0
    if (row.verdict === 'unknown' || answered * 4 >= SOURCES) return false
    const again = await this.#ask({ probes: this.#probesOf(row, PATIENT_MS) })
    return again.filter(Boolean).length * 4 < SOURCES
  }

  #probesOf({ protocol, family, port }: FirewallRow, timeoutMs: number): Probe[] {
    const address = family === 4 ? HOST_FOUR : HOST_SIX
    const sources = this.#sources.filter((source) => source.includes(':') === (family === 6))
    return sources.map((source) => ({ protocol, address, port, source, timeoutMs }))
  }
}

const LEGACY_EMPTY = ['filter', 'nat', 'mangle', 'raw'].map((table) => `*${table}\nCOMMIT\n`).join('')

/** Beyond it clients are given theirs. */
const LAST_SERVED = 32_768

function pickRows(random: Random, rows: readonly FirewallRow[]): FirewallRow[] {
  const all = rows.filter(({ port }) => port < LAST_SERVED).map((row) => ({ row, at: random.next() }))
  return all
    .toSorted((a, b) => a.at - b.at)
    .slice(0, CHECKS_MAX)
    .map(({ row }) => row)
}

/** Eight of each family, public, and in no prefix that the rules name. */
function strangers(random: Random, named: readonly string[]): string[] {
  const four = pickAddresses(4, named, () =>
    [1 + random.below(222), random.below(256), random.below(256), 1 + random.below(254)].join('.'),
  )
  const six = pickAddresses(6, named, () => `2${random.hex(3)}:${random.hex(4)}:${random.hex(4)}::${random.hex(3)}1`)
  return [...four, ...six]
}

const NOT_PUBLIC = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/16',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '203.0.114.0/24',
  '2001:470:1::/64',
]

function pickAddresses(family: 4 | 6, named: readonly string[], make: () => string): string[] {
  const avoided = [...NOT_PUBLIC, ...named].flatMap((prefix) => {
    const set = parsePrefix(prefix, family)
    return set === null ? [] : [set]
  })
  const found = new Set<string>()
  while (found.size < SOURCES) {
    const address = make()
    const point = parseAddress(address)?.point
    if (point !== undefined && !avoided.some((set) => contains(set, point))) found.add(address)
  }
  return [...found]
}

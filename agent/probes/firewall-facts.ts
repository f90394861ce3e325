// What `overdue-agent scan firewall` left behind, checked field by field, and whether it still says something: facts of
// another boot are none, and those of long ago were true of rules that nobody knows any more.
import type { FirewallFacts, FirewallRow } from '../../shared/facts/firewall.ts'
import { LISTENERS_MAX, NAME_LENGTH_MAX, TEXT_LENGTH_MAX } from '../../shared/protocol/limits.ts'
import { factsFileMark, readFactsFile } from '../host/facts-file.ts'
import type { Host } from '../host/host.ts'
import { orNull } from './optional-read.ts'
import type { ProbeContext } from './probe.ts'

/** A timer scans every 15 min: two of its answers may be missed, not three. */
export const FACTS_MS_MAX = 35 * 60_000

export type FirewallKnowledge =
  | { kind: 'known'; facts: FirewallFacts }
  | { kind: 'old'; facts: FirewallFacts }
  /** No scan answered in this boot, or what it left cannot be used. */
  | { kind: 'none'; why: string }

/** Keeps what was parsed until another file takes its place: the file is looked at every 15 s. */
export class FirewallFile {
  readonly #directory: string
  #mark: string | null = null
  #reading: Promise<FirewallFacts | { why: string }> | null = null
  #found: FirewallFacts | { why: string } = { why: 'no scan of the firewall has answered yet' }

  constructor(directory: string) {
    this.#directory = directory
  }

  /** Whoever asks during a reading gets its answer: two sections are made from one file. */
  read(): Promise<FirewallFacts | { why: string }> {
    this.#reading ??= this.#readIfNew().finally(() => (this.#reading = null))
    return this.#reading
  }

  async #readIfNew(): Promise<FirewallFacts | { why: string }> {
    const mark = await factsFileMark(this.#directory, 'firewall')
    if (mark === null || mark !== this.#mark) this.#found = await readOnce(this.#directory)
    this.#mark = mark
    return this.#found
  }
}

async function readOnce(directory: string): Promise<FirewallFacts | { why: string }> {
  try {
    const value = await readFactsFile(directory, 'firewall')
    if (value === null) return { why: 'no scan of the firewall has answered yet' }
    return parseFirewallFacts(value) ?? { why: 'what the scan of the firewall left cannot be understood' }
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) }
  }
}

/** What a probe may use of the last scan. */
export async function knowledgeIn({ host, firewall, facts, factsDirectory }: ProbeContext): Promise<FirewallKnowledge> {
  if (facts !== undefined) return await knowledgeOf(facts, host)
  if (firewall !== undefined) return await knowledgeOf(await firewall.file.read(), host)
  if (factsDirectory !== null) return await knowledgeOf(await new FirewallFile(factsDirectory).read(), host)
  return { kind: 'none', why: NOT_RECORDED }
}

/** A recording without its sockets and rules. */
export const NOT_RECORDED = 'neither sockets nor rules were recorded'

/** What of `found` holds now, on this host. */
export async function knowledgeOf(found: FirewallFacts | { why: string }, host: Host): Promise<FirewallKnowledge> {
  if ('why' in found) return { kind: 'none', why: found.why }
  const bootId = ((await orNull(host.readText('/proc/sys/kernel/random/boot_id'))) ?? '').trim() || null
  const ageMs = host.uptimeMs() - found.readUptimeMs
  const isOtherBoot = bootId !== null && found.bootId !== null && bootId !== found.bootId
  if (isOtherBoot || ageMs < -CLOCK_SLACK_MS) return { kind: 'none', why: 'the last scan is of another boot' }
  return { kind: ageMs > FACTS_MS_MAX ? 'old' : 'known', facts: found }
}

/** The scan and the agent round the uptime each for itself. */
const CLOCK_SLACK_MS = 5_000

/** Null for what no scan of ours wrote. Rows beyond what a report holds are left out. */
export function parseFirewallFacts(value: unknown): FirewallFacts | null {
  if (!isObject(value) || value['format'] !== 1 || !Array.isArray(value['rows'])) return null
  const { readUptimeMs, readAt, digest } = value
  if (typeof readUptimeMs !== 'number' || typeof readAt !== 'string' || typeof digest !== 'string') return null
  const rows = (value['rows'] as unknown[]).slice(0, ROWS_MAX).map(toRow)
  if (rows.some((row) => row === null)) return null
  return {
    format: 1,
    rows: rows.filter((row) => row !== null),
    tools: Array.isArray(value['tools']) ? value['tools'].flatMap((tool) => text(tool, TOOL_LENGTH_MAX) ?? []) : [],
    readable: value['readable'] === true,
    reason: text(value['reason'], TEXT_LENGTH_MAX),
    digest,
    bootId: text(value['bootId'], NAME_LENGTH_MAX),
    readUptimeMs,
    readAt,
  }
}

/** The scan leaves no more. */
const ROWS_MAX = LISTENERS_MAX

function toRow(value: unknown): FirewallRow | null {
  if (!isObject(value)) return null
  const { protocol, family, address, port, verdict, via, share } = value
  const reason = text(value['reason'], 64)
  if (!isOneOf(protocol, ['tcp', 'udp']) || !isOneOf(family, [4, 6]) || !isOneOf(verdict, VERDICTS)) return null
  if (typeof address !== 'string' || !/^[0-9a-f.:]{2,45}$/.test(address) || reason === null) return null
  if (!Number.isInteger(port) || Number(port) < 1 || Number(port) > 65_535) return null
  return {
    protocol,
    family,
    address,
    port: Number(port),
    unit: text(value['unit'], NAME_LENGTH_MAX),
    verdict,
    reason,
    rule: text(value['rule'], TEXT_LENGTH_MAX),
    share: typeof share === 'number' && share >= 0 && share <= 1 ? share : null,
    via: isOneOf(via, ['dnat', 'redirect']) ? via : null,
    container: text(value['container'], NAME_LENGTH_MAX),
  }
}

const TOOL_LENGTH_MAX = 64
const VERDICTS = ['exposed', 'unknown', 'filtered'] as const

function isOneOf<const T>(value: unknown, words: readonly T[]): value is T {
  return words.some((word) => word === value)
}

function text(value: unknown, lengthMax: number): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, lengthMax) : null
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

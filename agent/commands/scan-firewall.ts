// `overdue-agent scan firewall`: who can reach which port, from sockets and rules read together, into a facts file the
// resident agent joins. It needs privileges the resident agent does not have, so it runs for seconds and goes.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FirewallFacts, FirewallRow } from '../../shared/facts/firewall.ts'
import { digestOf } from '../../shared/digest.ts'
import { LISTENERS_MAX } from '../../shared/protocol/limits.ts'
import { replaceFile } from '../files/durable-file.ts'
import { isRecord } from '../files/json.ts'
import { readOwnedText } from '../host/bounded-read.ts'
import { decideExposure } from '../exposure/decide.ts'
import type { ExposureRow } from '../exposure/exposure-scan.ts'
import { quoted } from '../exposure/quoted.ts'
import { hostAt } from '../host/host-at.ts'
import type { Host } from '../host/host.ts'
import { reasonOf } from '../host/host-errors.ts'
import { fromFacts } from '../probes/listeners-join.ts'
import { EXIT, type CommandIo } from './io.ts'
import { parseFlags } from './parse-flags.ts'
import { readFirewallInputs } from './scan-firewall-inputs.ts'
import { parseRules } from './scan-firewall-rules.ts'
import { unitOf } from './scan-firewall-units.ts'

type ScanIo = Pick<CommandIo, 'stdout' | 'stderr'>

/** Readable by all who may enter the directory, which is root's and the agent's group's; gone with the boot. */
const FACTS_FILE = { mode: 0o644, durable: false } as const
const FACTS_DIRECTORY = '/run/overdue/facts'
/** 20,000 rows are 5 MB. */
const FACTS_BYTES_MAX = 16 * 1024 * 1024
const FLAGS = {
  root: { type: 'string' },
  json: { type: 'boolean' },
  out: { type: 'string' },
  explain: { type: 'string' },
} as const

/** Exit code. `argv` is what follows "scan firewall". Throws UsageError. */
export async function runScanFirewall(argv: readonly string[], io: ScanIo): Promise<number> {
  const { root, json, out, explain } = parseFlags(argv, FLAGS)
  if (typeof explain === 'string') return await tellPort(explain, typeof root === 'string' ? root : null, io)
  const isRecording = typeof root === 'string'
  // What is left for a resident agent is read by the clock that agent has: a recording it watches lives on.
  const clock = typeof out === 'string' ? 'live' : 'recorded'
  // A recording says nothing about this machine: its verdicts are printed and kept nowhere.
  const file = typeof out === 'string' ? out : isRecording ? null : join(FACTS_DIRECTORY, 'firewall.json')
  const facts = await scanFirewall(await hostAt(isRecording ? root : null, clock), await factsBefore(file))
  if (json === true || (isRecording && file === null)) io.stdout.write(`${JSON.stringify(facts, null, 2)}\n`)
  if (facts.reason !== null) io.stderr.write(`overdue-agent scan firewall: ${facts.reason}\n`)
  if (file === null) return EXIT.done
  try {
    if (typeof out !== 'string') await mkdir(FACTS_DIRECTORY, { recursive: true, mode: 0o750 })
    await replaceFile(file, `${JSON.stringify(facts)}\n`, FACTS_FILE)
    return EXIT.done
  } catch (error) {
    io.stderr.write(`overdue-agent scan firewall: write ${file}: ${reasonOf(error)}\n`)
    return EXIT.failed
  }
}

async function tellPort(explain: string, root: string | null, io: ScanIo): Promise<number> {
  const { explainPortText } = await import('./explain-port-text.ts')
  const { parsePort, walksOf } = await import('./explain-port.ts')
  const { port, protocols } = parsePort(explain)
  const host = await hostAt(root, 'recorded')
  const { rows } = await scanFirewall(host)
  const listeners = rows.filter((row) => row.port === port && protocols.includes(row.protocol)).map(fromFacts)
  const told = await walksOf(host, port, protocols)
  io.stdout.write(explainPortText({ port, listeners, from: 'walk', readAt: null, ...told }))
  return EXIT.done
}

/** Never throws: what could not be read is the `reason`. `before`: what the last scan found, where that is kept. */
export async function scanFirewall(host: Host, before: FirewallFacts | null = null): Promise<FirewallFacts> {
  const moment = await momentOf(host)
  try {
    const { ruleTexts, containerOf, digest, ...inputs } = await readFirewallInputs(host)
    if (before?.digest === digest) return { ...before, ...moment }
    const rules = parseRules(ruleTexts, inputs.network)
    const decided = decideExposure({ ...inputs, rules, isReachable: false })
    const rows = mostUrgent(decided).map((row) => toRow(row, row.via === 'dnat' ? containerOf(row) : null))
    const unreadable = 'unreadable' in rules ? quoted(rules.unreadable) : null
    const tools = 'unreadable' in rules ? [] : rules.tools
    return { format: 1, rows, tools, readable: unreadable === null, reason: unreadable, digest, ...moment }
  } catch (error) {
    const reason = quoted(reasonOf(error))
    return { format: 1, rows: [], tools: [], readable: false, reason, digest: digestOf(reason), ...moment }
  }
}

/** Null where there are none that can be used again. */
async function factsBefore(file: string | null): Promise<FirewallFacts | null> {
  if (file === null) return null
  try {
    const ownerUids = [process.getuid?.() ?? 0]
    const facts: unknown = JSON.parse(await readOwnedText(file, file, { maxBytes: FACTS_BYTES_MAX, ownerUids }))
    const isUsable = isRecord(facts) && facts['format'] === 1 && Array.isArray(facts['rows'])
    return isUsable ? (facts as FirewallFacts) : null
  } catch {
    return null
  }
}

const URGENCY = { exposed: 0, unknown: 1, filtered: 2 } as const

/** No more than the agent reports: of too many, those that nobody can reach are left out. */
function mostUrgent(rows: ExposureRow[]): ExposureRow[] {
  if (rows.length <= LISTENERS_MAX) return rows
  return rows.toSorted((a, b) => URGENCY[a.verdict] - URGENCY[b.verdict]).slice(0, LISTENERS_MAX)
}

async function momentOf(host: Host): Promise<Pick<FirewallFacts, 'bootId' | 'readUptimeMs' | 'readAt'>> {
  const bootId = await host.readText('/proc/sys/kernel/random/boot_id').catch(() => '')
  return {
    bootId: bootId.trim() || null,
    readUptimeMs: host.uptimeMs(),
    readAt: new Date(host.now()).toISOString(),
  }
}

function toRow(
  { protocol, family, address, port, cgroup, verdict, reason, rule, share, via }: ExposureRow,
  container: string | null,
): FirewallRow {
  const unit = unitOf(cgroup)
  const texts = { rule: rule === null ? null : quoted(rule), container: container === null ? null : quoted(container) }
  return { protocol, family, address, port, unit, verdict, reason, ...texts, share, via }
}

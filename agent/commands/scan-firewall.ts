// `overdue-agent scan firewall`: who can reach which port, from sockets and rules read together, into a facts file the
// resident agent joins. It needs privileges the resident agent does not have, so it runs for seconds and goes.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FirewallFacts, FirewallRow } from '../../shared/facts/firewall.ts'
import { systemClock } from '../../shared/clock.ts'
import { digestOf } from '../../shared/digest.ts'
import { replaceFile } from '../files/durable-file.ts'
import { decideExposure, type ExposureRow } from '../exposure/decide.ts'
import { quoted } from '../exposure/quoted.ts'
import type { Host } from '../host/host.ts'
import { reasonOf } from '../host/host-errors.ts'
import { EXIT, type CommandIo } from './io.ts'
import { parseFlags } from './parse-flags.ts'
import { readContainers } from './scan-firewall-containers.ts'
import { readFirewallInputs } from './scan-firewall-inputs.ts'
import { unitOf } from './scan-firewall-units.ts'

type ScanIo = Pick<CommandIo, 'stdout' | 'stderr'>

/** Readable by all who may enter the directory, which is root's and the agent's group's; gone with the boot. */
const FACTS_FILE = { mode: 0o644, durable: false } as const
const FACTS_DIRECTORY = '/run/overdue/facts'
const FLAGS = { root: { type: 'string' }, json: { type: 'boolean' }, out: { type: 'string' } } as const

/** Exit code. `argv` is what follows "scan firewall". Throws UsageError. */
export async function runScanFirewall(argv: readonly string[], io: ScanIo): Promise<number> {
  const { root, json, out } = parseFlags(argv, FLAGS)
  const isRecording = typeof root === 'string'
  // What is left for a resident agent is read by the clock that agent has: a recording it watches lives on.
  const clock = typeof out === 'string' ? 'live' : 'recorded'
  const facts = await scanFirewall(await hostAt(isRecording ? root : null, clock))
  // A recording says nothing about this machine: its verdicts are printed and kept nowhere.
  const file = typeof out === 'string' ? out : isRecording ? null : join(FACTS_DIRECTORY, 'firewall.json')
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

async function hostAt(root: string | null, clock: 'live' | 'recorded'): Promise<Host> {
  if (root === null) return (await import('../host/linux-host.ts')).createLinuxHost({ root: '/', clock: systemClock })
  return (await import('../host/recorded-host.ts')).createRecordedHost({ directory: root, clock })
}

/** Never throws: what could not be read is the `reason`. */
export async function scanFirewall(host: Host): Promise<FirewallFacts> {
  const moment = await momentOf(host)
  try {
    const inputs = await readFirewallInputs(host)
    const decided = decideExposure({ ...inputs, isReachable: false })
    const containerOf = decided.some(({ via }) => via === 'dnat') ? await readContainers(host) : () => null
    const rows = decided.map((row) => toRow(row, row.via === 'dnat' ? containerOf(row) : null))
    const unreadable = 'unreadable' in inputs.rules ? quoted(inputs.rules.unreadable) : null
    const tools = 'unreadable' in inputs.rules ? [] : inputs.rules.tools
    const digest = digestOf([...inputs.texts])
    return { format: 1, rows, tools, readable: unreadable === null, reason: unreadable, digest, ...moment }
  } catch (error) {
    const reason = quoted(reasonOf(error))
    return { format: 1, rows: [], tools: [], readable: false, reason, digest: digestOf(reason), ...moment }
  }
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

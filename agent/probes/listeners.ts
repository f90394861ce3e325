// "What waits for connections, and can the internet reach it?" From the kernel's tables, which anybody may read, joined
// to what the scan of the firewall found out: verdicts, units, and ports that only a translation answers.
import { classOf } from '../exposure/address-class.ts'
import { bindVerdict } from '../exposure/bind-verdict.ts'
import { formatAddress } from '../exposure/socket-address.ts'
import type { Host } from '../host/host.ts'
import { LISTENERS_DETAILED_MAX, LISTENERS_MAX } from '../../shared/protocol/limits.ts'
import type { Listener, ListenersSection } from '../../shared/sections/listeners.ts'
import { absent, observed, type Section } from '../../shared/sections/section.ts'
import { NOTHING_DECLARED, withDeclarations } from './declarations.ts'
import { knowledgeIn } from './firewall-facts.ts'
import { joinVerdicts, keyOf, type BoundRow } from './listeners-join.ts'
import { orNull, orNullIfMissing } from './optional-read.ts'
import type { Probe, ProbeContext } from './probe.ts'
import { boundAddresses, readBoundSockets, type BoundSocket, type SocketTable } from './socket-table.ts'

export const listenersProbe: Probe<ListenersSection> = {
  section: 'listeners',
  async read(context) {
    const { section } = await lookAtListeners(context)
    return section
  },
  async readUnlessAwaited(context) {
    const { firewall, host } = context
    const { section, missing, isAnswered } = await lookAtListeners(context)
    return firewall?.holdFor(missing, isAnswered, host.uptimeMs()) === true ? null : section
  },
}

type Look = { section: Section<ListenersSection>; missing: readonly string[]; isAnswered: boolean }

async function lookAtListeners(context: ProbeContext): Promise<Look> {
  const { host, declarations } = context
  const tables = await Promise.all(TABLES.map((table) => orNullIfMissing(readTable(host, table))))
  const knowledge = await knowledgeIn(context)
  if (tables.every((rows) => rows === null) && knowledge.kind !== 'known') {
    return { section: absent('there is no /proc/net'), missing: [], isAnswered: false }
  }
  const { rows, missing } = joinVerdicts(distinct(tables.flatMap((found) => found ?? [])), knowledge)
  const now = host.now()
  const declared = rows.map((row) => withDeclarations(row, declarations ?? NOTHING_DECLARED, now))
  return { section: observed(bounded(declared)), missing, isAnswered: knowledge.kind === 'known' }
}

/** A kernel without IPv6 has no table for it, and nothing listens there. */
const TABLES: readonly SocketTable[] = [
  { path: '/proc/net/tcp', protocol: 'tcp' },
  { path: '/proc/net/tcp6', protocol: 'tcp' },
  { path: '/proc/net/udp', protocol: 'udp' },
  { path: '/proc/net/udp6', protocol: 'udp' },
]
const TABLE_BYTES_MAX = 16 * 1024 * 1024
/**
 * Behind the listening sockets come all connections, which the kernel has to look for one place after the other, 6 ms on
 * a machine with 24 GB: the first of them ends the reading, so few rows are asked for at once. Of UDP's table all is read,
 * and there each question begins at the front again.
 */
const FEW_ROWS_BYTES = 1_024

async function readTable(host: Host, table: SocketTable): Promise<BoundRow[]> {
  const { path, protocol } = table
  if (path === '/proc/net/tcp6' && (await hasNone(host))) return []
  const few = protocol === 'tcp' ? { kernelChunkBytes: FEW_ROWS_BYTES } : {}
  const lines = host.readLines(path, { maxBytes: TABLE_BYTES_MAX, ...few })
  const sockets = await readBoundSockets(lines, table, host.byteOrder())
  const isClient = protocol === 'udp' ? await ephemeralPorts(host) : () => false
  return sockets.filter(({ port }) => port > 0 && !isClient(port)).flatMap((socket) => rowsOf(protocol, socket))
}

/** Without any socket of IPv6 there is no connection that would end the reading early. */
async function hasNone(host: Host): Promise<boolean> {
  const counts = (await orNull(host.readText('/proc/net/sockstat6'))) ?? ''
  return counts.split('\n').includes('TCP6: inuse 0')
}

/** A UDP client that spoke once looks like a server; what it was given by the kernel lies in this range. */
async function ephemeralPorts(host: Host): Promise<(port: number) => boolean> {
  const text = (await orNull(host.readText('/proc/sys/net/ipv4/ip_local_port_range'))) ?? DEFAULT_RANGE
  const [first = 0, last = 0] = text.trim().split(/\s+/).map(Number)
  return (port) => port >= first && port <= last
}

/** ip(7). */
const DEFAULT_RANGE = '32768 60999'

function rowsOf(protocol: Listener['protocol'], { address, port }: BoundSocket): BoundRow[] {
  return boundAddresses(address).map((bytes, at) => ({
    protocol,
    family: bytes.length === 4 ? 4 : 6,
    address: formatAddress(bytes),
    port,
    bound: bindVerdict(classOf(bytes)),
    isAssumed: at > 0,
  }))
}

/** Several sockets may share a port (SO_REUSEPORT); one that is there for certain goes before one that is assumed. */
function distinct(rows: readonly BoundRow[]): BoundRow[] {
  const byKey = new Map<string, BoundRow>()
  for (const row of rows) {
    const key = keyOf(row)
    if (byKey.get(key)?.isAssumed !== false) byKey.set(key, row)
  }
  return [...byKey.values()]
}

const URGENCY: Readonly<Record<Listener['verdict'], number>> = { exposed: 0, unknown: 1, filtered: 2 }

/** Of too many rows, those that nobody can reach are left out first, and so is what was found out about them. */
function bounded(rows: readonly Listener[]): ListenersSection {
  const byUrgency = rows.toSorted((a, b) => URGENCY[a.verdict] - URGENCY[b.verdict] || inOrder(a, b))
  const kept = byUrgency.slice(0, LISTENERS_MAX)
  return kept.map((row, at) => (at < LISTENERS_DETAILED_MAX ? row : withoutDetails(row))).sort(inOrder)
}

function withoutDetails({ protocol, family, address, port, verdict, reason }: Listener): Listener {
  return { protocol, family, address, port, verdict, reason }
}

function inOrder(a: Listener, b: Listener): number {
  if (a.protocol !== b.protocol) return a.protocol < b.protocol ? -1 : 1
  if (a.family !== b.family) return a.family - b.family
  return a.port - b.port || (a.address < b.address ? -1 : a.address === b.address ? 0 : 1)
}

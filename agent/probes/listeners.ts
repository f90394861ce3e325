// "What waits for connections, and can the internet reach it?" From the kernel's tables, which anybody may read.
// Cannot see: other network namespaces, ports that only a translation answers, and which program it is.
import { classOf } from '../exposure/address-class.ts'
import { bindVerdict } from '../exposure/bind-verdict.ts'
import { formatAddress, type AddressBytes } from '../exposure/socket-address.ts'
import type { Host } from '../host/host.ts'
import { LISTENERS_MAX } from '../../shared/protocol/limits.ts'
import type { Listener, ListenersSection } from '../../shared/sections/listeners.ts'
import { absent, observed } from '../../shared/sections/section.ts'
import { orNull, orNullIfMissing } from './optional-read.ts'
import type { Probe } from './probe.ts'
import { boundAddresses, readBoundSockets, type BoundSocket, type SocketTable } from './socket-table.ts'

export const listenersProbe: Probe<ListenersSection> = {
  section: 'listeners',
  async read({ host }) {
    const tables = await Promise.all(TABLES.map((table) => orNullIfMissing(readTable(host, table))))
    if (tables.every((rows) => rows === null)) return absent('there is no /proc/net')
    return observed(distinct(tables.flatMap((rows) => rows ?? [])))
  },
}

/** A kernel without IPv6 has no table for it, and nothing listens there. */
const TABLES: readonly SocketTable[] = [
  { path: '/proc/net/tcp', protocol: 'tcp' },
  { path: '/proc/net/tcp6', protocol: 'tcp' },
  { path: '/proc/net/udp', protocol: 'udp' },
  { path: '/proc/net/udp6', protocol: 'udp' },
]
const TABLE_BYTES_MAX = 16 * 1024 * 1024

async function readTable(host: Host, table: SocketTable): Promise<Listener[]> {
  const lines = host.readLines(table.path, { maxBytes: TABLE_BYTES_MAX })
  const sockets = await readBoundSockets(lines, table, host.byteOrder())
  const { protocol } = table
  const isClient = protocol === 'udp' ? await ephemeralPorts(host) : () => false
  return sockets.filter(({ port }) => port > 0 && !isClient(port)).flatMap((socket) => rowsOf(protocol, socket))
}

/** A UDP client that spoke once looks like a server; what it was given by the kernel lies in this range. */
async function ephemeralPorts(host: Host): Promise<(port: number) => boolean> {
  const text = (await orNull(host.readText('/proc/sys/net/ipv4/ip_local_port_range'))) ?? DEFAULT_RANGE
  const [first = 0, last = 0] = text.trim().split(/\s+/).map(Number)
  return (port) => port >= first && port <= last
}

/** ip(7). */
const DEFAULT_RANGE = '32768 60999'

function rowsOf(protocol: Listener['protocol'], { address, port }: BoundSocket): Listener[] {
  return boundAddresses(address).map((bytes) => toListener(protocol, bytes, port))
}

function toListener(protocol: Listener['protocol'], bytes: AddressBytes, port: number): Listener {
  const family = bytes.length === 4 ? 4 : 6
  return { protocol, family, address: formatAddress(bytes), port, ...bindVerdict(classOf(bytes)) }
}

/** Several sockets may share a port (SO_REUSEPORT). Of too many, those that nobody can reach are left out first. */
function distinct(rows: readonly Listener[]): ListenersSection {
  const byKey = new Map(rows.map((row) => [`${row.protocol} ${row.family} ${row.port} ${row.address}`, row]))
  const all = [...byKey.values()].sort(inOrder)
  if (all.length <= LISTENERS_MAX) return all
  const reachable = all.filter(({ verdict }) => verdict !== 'filtered')
  const others = all.filter(({ verdict }) => verdict === 'filtered')
  return [...reachable, ...others].slice(0, LISTENERS_MAX).sort(inOrder)
}

function inOrder(a: Listener, b: Listener): number {
  if (a.protocol !== b.protocol) return a.protocol < b.protocol ? -1 : 1
  if (a.family !== b.family) return a.family - b.family
  return a.port - b.port || (a.address < b.address ? -1 : a.address === b.address ? 0 : 1)
}

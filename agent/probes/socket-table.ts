// The kernel's tables of sockets, /proc/net/{tcp,tcp6,udp,udp6}, proc(5). Real rows, cut:
//   sl  local_address rem_address   st tx_queue rx_queue ...
//    2: 0100007F:1538 00000000:0000 0A 00000000:00000001 ...
// The address is in the host's byte order, the port is not. Pure: lines in, sockets out.
import { mappedAddress, parseKernelHex, type AddressBytes, type ByteOrder } from '../exposure/socket-address.ts'
import type { Listener } from '../../shared/sections/listeners.ts'

export type SocketTable = { path: string; protocol: Listener['protocol'] }
export type BoundSocket = { address: AddressBytes; port: number }

const ROW = /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2}) /
/** include/net/tcp_states.h; an unconnected UDP socket shows the number of TCP_CLOSE. */
const TCP_LISTEN = '0A'
const UDP_UNCONNECTED = '07'

/**
 * Sockets that wait for whoever comes. For TCP the rest of the table is not read: the kernel prints all listening
 * sockets first, and a busy host has 6 MB of connections behind them. Throws Error for a row that is none.
 */
export async function readBoundSockets(
  lines: AsyncIterable<string>,
  { path, protocol }: SocketTable,
  byteOrder: ByteOrder,
): Promise<BoundSocket[]> {
  const found: BoundSocket[] = []
  let isHeader = true
  for await (const line of lines) {
    if (!isHeader) {
      const row = ROW.exec(line)
      if (row === null) throw new Error(`${path} has a row that is no socket`)
      const [, address = '', port = '', state] = row
      if (protocol === 'tcp' && state !== TCP_LISTEN) break
      if (protocol === 'tcp' || state === UDP_UNCONNECTED) {
        found.push({ address: parseKernelHex(address, byteOrder), port: Number.parseInt(port, 16) })
      }
    }
    isHeader = false
  }
  return found
}

/**
 * The addresses a socket answers on. IPv6's wildcard takes IPv4 too unless the program asked for IPV6_V6ONLY, which the
 * tables do not show: what may be reached is not left out.
 */
export function boundAddresses(address: AddressBytes): AddressBytes[] {
  const inner = mappedAddress(address)
  if (inner !== null) return [inner]
  const isSixWildcard = address.length === 16 && address.every((byte) => byte === 0)
  return isSixWildcard ? [address, [0, 0, 0, 0]] : [address]
}

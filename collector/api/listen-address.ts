// Where the server listens, as people write it: "127.0.0.1:8480", "[::1]:8480", "localhost:0".
import { BlockList, isIP } from 'node:net'

export type ListenAddress = { host: string; port: number }

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

/** Null for anything that is not HOST:PORT; port 0 means any free one. */
export function parseListenAddress(text: string): ListenAddress | null {
  const match = /^(?:\[([^\]]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text)
  if (match === null) return null
  const host = match[1] ?? match[2] ?? ''
  const port = Number(match[3])
  if (match[1] !== undefined && isIP(host) !== 6) return null
  return port <= 65_535 ? { host, port } : null
}

/** Only this machine can reach it. A name counts only if it is "localhost": any other may resolve to anything. */
export function isLoopback({ host }: ListenAddress): boolean {
  if (host === 'localhost') return true
  const version = isIP(host)
  return version !== 0 && LOOPBACK.check(host, version === 6 ? 'ipv6' : 'ipv4')
}

/** The URL of a bound address. */
export function urlOf(scheme: 'http' | 'https', { host, port }: ListenAddress): string {
  return `${scheme}://${formatListenAddress({ host, port })}`
}

export function formatListenAddress({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

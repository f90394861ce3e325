// Sockets that wait, as `ss -Htulnpe` prints them, ss(8). Real rows, cut:
//   tcp LISTEN 0 128 *:8080 *:* users:(("x",pid=1,fd=3)) ino:837676 sk:9a cgroup:/system.slice/x.service v6only:0 <->
//   udp UNCONN 0 0 0.0.0.0%lo:5353 0.0.0.0:* ino:839838 sk:108e <->
// Pure.
import type { Family } from './family.ts'
import { parseAddress } from './address-text.ts'
import type { Protocol } from './packet.ts'
import type { Point } from './ranges.ts'

export type ListeningSocket = {
  protocol: Protocol
  /** A socket that takes both families is two of these. */
  family: Family
  /** Null: every address. */
  address: Point | null
  port: number
  /** SO_BINDTODEVICE. */
  device: string | null
  /** Path of the control group, "/system.slice/x.service". */
  cgroup: string | null
}

/** Throws Error for a row that is none: what cannot be read is no empty table. */
export function parseSockets(text: string): ListeningSocket[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap(parseRow)
}

function parseRow(line: string): ListeningSocket[] {
  const [protocol, , , , local = ''] = line.trim().split(/\s+/)
  if (protocol !== 'tcp' && protocol !== 'udp') return []
  const found = /^(.*):(\d+)$/.exec(local)
  if (found === null) throw new Error('ss printed a row that is no socket')
  const [where = '', device = null] = (found[1] ?? '').split('%')
  const cgroup = / cgroup:(\/\S*)/.exec(line)?.[1] ?? null
  const isSixOnly = line.includes(' v6only:1')
  return bindings(where.replace(/^\[|\]$/g, '').replace(/\]$/, ''), isSixOnly).map((binding) => {
    return { protocol, ...binding, port: Number(found[2]), device, cgroup }
  })
}

/** "[::]" and "*" are IPv6's wildcard, which takes IPv4 too unless the program asked for IPV6_V6ONLY. */
function bindings(where: string, isSixOnly: boolean): { family: Family; address: Point | null }[] {
  if (where === '0.0.0.0') return [{ family: 4, address: null }]
  if (where === '*' || where === '::') {
    const six = { family: 6 as const, address: null }
    return isSixOnly ? [six] : [six, { family: 4, address: null }]
  }
  const parsed = parseAddress(where)
  if (parsed === null) throw new Error('ss printed an address that is none')
  const { family, point } = parsed
  if (typeof point === 'number' || point >> 32n !== 0xffffn) return [{ family, address: point }]
  const four = Number(point & 0xffffffffn)
  return [{ family: 4, address: four === 0 ? null : four }]
}

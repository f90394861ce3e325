// Rows for ports that no socket of the host listens on, and that translation sends somewhere else. Each such port is said
// something of: in a row of its own, in one for a wide range, or in one that says where looking ended. Pure.
import { guarded, toRow } from './exposure-row.ts'
import { filtered, unknown, type ExposureRow, type Group, type Judged, type Scan } from './exposure-scan.ts'
import { externalInterfaces, reachableAddresses } from './external.ts'
import type { Family } from './family.ts'
import { judgeEverywhere } from './judge-ways.ts'
import type { Protocol } from './packet.ts'
import { minus, unionOf, type Ranges } from './ranges.ts'
import { translatedPorts } from './translated-ports.ts'

/** Of a wider range judged alike one row stands for all, and says so. */
const LISTED_WIDTH_MAX = 64
/** Of one protocol and family: more than any host publishes. */
const PIECES_MAX = 1024
const LAST_PORT = 65_535

type Kind = { protocol: Protocol; family: Family }
/** Ports `from` to `last`, judged alike. */
type Piece = { from: number; last: number; judged: Judged }

/** `groups`: what sockets listen on; those bound to every address have their row already. */
export function translatedRows(scan: Scan, groups: readonly Group[]): ExposureRow[] {
  return ([4, 6] as const).flatMap((family) =>
    (['tcp', 'udp'] as const).flatMap((protocol) => {
      const alike = groups.filter((group) => group.protocol === protocol && group.family === family)
      const listening = alike.filter(({ address }) => address === null).map(({ port }) => [port, port + 1])
      const { ports, endedAt } = portsOf(scan, { protocol, family })
      const rows = rowsOf(scan, { protocol, family }, minus(ports, unionOf([...listening, []])))
      return endedAt === null ? rows : [...rows, endRow({ protocol, family }, endedAt)]
    }),
  )
}

/** `endedAt`: from this port on it was too much work. */
function portsOf({ input, host, budget }: Scan, kind: Kind): { ports: Ranges; endedAt: number | null } {
  const daddrs = reachableAddresses(input.network, kind.family).addresses.map(({ point }) => point)
  const names = externalInterfaces(input.network, kind.family).map(({ name }) => name)
  const found = names.flatMap((iif) => daddrs.map((daddr) => translatedPorts(host, { ...kind, iif, daddr }, budget)))
  const ends = found.flatMap(({ endedAt }) => endedAt ?? [])
  return {
    ports: unionOf([...found.map(({ ports }) => ports), [], []]),
    endedAt: ends.length > 0 ? Math.min(...ends) : null,
  }
}

function rowsOf(scan: Scan, kind: Kind, ports: Ranges): ExposureRow[] {
  const pieces: Piece[] = []
  for (let at = 0; at + 1 < ports.length; at += 2) {
    const beyond = Number(ports[at + 1])
    for (let from = Number(ports[at]); from < beyond;) {
      const piece = pieceFrom(scan, kind, from, beyond)
      const before = pieces.at(-1)
      if (before !== undefined && isContinued(before, piece)) before.last = piece.last
      else if (pieces.length < PIECES_MAX) pieces.push(piece)
      else return [...pieces.flatMap((one) => rowsFor(kind, one)), endRow(kind, from)]
      from = piece.last + 1
    }
  }
  return pieces.flatMap((one) => rowsFor(kind, one))
}

function isContinued(before: Piece, { from, judged }: Piece): boolean {
  if (before.last + 1 !== from) return false
  return (['verdict', 'reason', 'rule', 'via', 'share', 'target'] as const).every(
    (key) => before.judged[key] === judged[key],
  )
}

/** As far as neither the rules nor what listens here make a difference. */
function pieceFrom(scan: Scan, kind: Kind, from: number, beyond: number): Piece {
  const { sockets, network } = scan.input
  const reach = reachableAddresses(network, kind.family)
  const asked = reach.addresses.map(({ point }) => point)
  const group: Group = { ...kind, address: null, port: from, sockets: [] }
  const wanted = { sockets: [], isElsewhereCounted: true }
  const judge = () => judgeEverywhere(scan, group, { asked, wanted, reach }) ?? filtered('no-external-address')
  const judged = guarded(judge, group)
  const borders = sockets.flatMap(({ protocol, family, port }) =>
    protocol === kind.protocol && family === kind.family ? [port, port + 1] : [],
  )
  const same = judged.ports === null ? LAST_PORT + 1 : Number(judged.ports.beyond)
  const end = Math.min(beyond, same, ...borders.filter((border) => border > from))
  return { from, last: end - 1, judged }
}

function rowsFor(kind: Kind, { from, last, judged }: Piece): ExposureRow[] {
  const via = judged.via ?? 'dnat'
  const rowAt = (port: number, rule: string | null) =>
    toRow({ ...kind, address: null, port, sockets: [] }, { ...judged, rule, via })
  const width = last - from + 1
  if (width <= LISTED_WIDTH_MAX) return Array.from({ length: width }, (_, at) => rowAt(from + at, judged.rule))
  return [rowAt(from, `ports ${from}-${last}${judged.rule === null ? '' : `: ${judged.rule}`}`)]
}

function endRow(kind: Kind, port: number): ExposureRow {
  const judged = unknown('ruleset-too-large', `translated ports from ${port} on were not looked at`)
  return toRow({ ...kind, address: null, port, sockets: [] }, { ...judged, via: 'dnat' })
}

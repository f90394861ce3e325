// What an operator knows of the network that the host cannot see, applied to what the host found out. Every row it
// changes says so, with what the host alone would have said. Pure.
import type { Declaration, Listener } from '../../shared/sections/listeners.ts'

export type PortDeclaration = {
  verdict: 'exposed' | 'filtered'
  reason: string
  /** The last day on which it holds, "2026-12-31", UTC. */
  expires: string
}

export type Declarations = {
  /** Public addresses that lead to this host though none of its interfaces has them. */
  publicAddresses: readonly string[]
  /** Does somebody translate a public address to this host? Null: not said. */
  behindNat: boolean | null
  /** By "tcp/443". */
  ports: Readonly<Record<string, PortDeclaration>>
  /** What the cloud's metadata service named; [] where it was not asked, or named none. */
  cloudAddresses: readonly string[]
}

export const NOTHING_DECLARED: Declarations = { publicAddresses: [], behindNat: null, ports: {}, cloudAddresses: [] }

/** `nowMs`: the host's clock. */
export function withDeclarations(row: Listener, declarations: Declarations, nowMs: number): Listener {
  return byPort(byNetwork(row, declarations), declarations, nowMs)
}

/** The rules let it through, and the host does not know whether anybody outside can address it. */
const NOT_KNOWN_WHETHER_MAPPED = 'maybe-nat-mapped'

function byNetwork(row: Listener, { publicAddresses, behindNat, cloudAddresses }: Declarations): Listener {
  if (row.verdict !== 'unknown' || row.reason !== NOT_KNOWN_WHETHER_MAPPED) return row
  const ofFamily = (addresses: readonly string[]) =>
    addresses.filter((address) => address.includes(':') === (row.family === 6)).join(', ')
  const [named, cloud] = [ofFamily(publicAddresses), ofFamily(cloudAddresses)]
  const by = (setting: string, why: string): Declaration => ({
    by: setting,
    judged: 'unknown',
    why,
    expires: null,
    isExpired: false,
  })
  if (named !== '') return exposed(row, 'declared-public-address', by('network.publicAddresses', named))
  if (cloud !== '') return exposed(row, 'cloud-public-address', by('network.publicAddress', cloud))
  if (behindNat === null) return row
  if (behindNat) return exposed(row, 'declared-nat', by('network.behindNat', 'a public address leads to this host'))
  const declared = by('network.behindNat', 'no public address leads to this host')
  return { ...row, verdict: 'filtered', reason: 'declared-no-nat', declared }
}

function exposed(row: Listener, reason: string, declared: Declaration): Listener {
  return { ...row, verdict: 'exposed', reason, declared }
}

function byPort(row: Listener, { ports }: Declarations, nowMs: number): Listener {
  const said = ports[`${row.protocol}/${row.port}`]
  if (said === undefined || said.verdict === row.verdict) return row
  const isExpired = nowMs >= endOf(said)
  const declared = { by: 'ports', judged: row.verdict, why: said.reason, expires: said.expires, isExpired }
  return isExpired ? { ...row, declared } : { ...row, verdict: said.verdict, reason: 'declared', declared }
}

const DAY_MS = 86_400_000

/** Epoch ms; the day itself counts. */
export function endOf({ expires }: PortDeclaration): number {
  return Date.parse(`${expires}T00:00:00Z`) + DAY_MS
}

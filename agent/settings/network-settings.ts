// agent.toml's `network` and `ports`: what an operator declares of a network that the host cannot see. A declaration is
// trusted, so it has to be written well: what is not understood is an error, and a port's has a reason and an end.
import { BlockList, isIP } from 'node:net'
import { TEXT_LENGTH_MAX } from '../../shared/protocol/limits.ts'
import { isRecord } from '../files/json.ts'
import type { PortDeclaration } from '../probes/declarations.ts'

export type NetworkSettings = {
  publicAddresses: readonly string[]
  behindNat: boolean | null
  /** Ask the cloud's metadata service for it; null: do not. */
  publicAddress: 'auto' | null
}

type Checked<T> = { value: T } | { fix: string }

const ADDRESSES_MAX = 64
const PORTS_MAX = 256
const NETWORK_KEYS = ['publicAddresses', 'behindNat', 'publicAddress']
const PORT_KEYS = ['verdict', 'reason', 'expires']

export function checkNetwork(value: unknown): Checked<NetworkSettings> {
  if (!isRecord(value)) return { fix: 'write a table, such as { publicAddresses = ["203.0.113.7"] }' }
  const other = Object.keys(value).find((key) => !NETWORK_KEYS.includes(key))
  if (other !== undefined) return { fix: `"${other}" is none of its keys: ${NETWORK_KEYS.join(', ')}` }
  const { publicAddresses = [], behindNat = null, publicAddress = null } = value
  if (!Array.isArray(publicAddresses) || publicAddresses.length > ADDRESSES_MAX) {
    return { fix: `publicAddresses: write a list of at most ${ADDRESSES_MAX} addresses, such as ["203.0.113.7"]` }
  }
  const wrong = (publicAddresses as unknown[]).find((address) => !isPublicAddress(address))
  if (wrong !== undefined) {
    return { fix: `publicAddresses: ${JSON.stringify(wrong)} is no public address; write addresses strangers reach` }
  }
  if (behindNat !== null && typeof behindNat !== 'boolean') return { fix: 'behindNat: write true or false' }
  if (publicAddress !== null && publicAddress !== 'auto') return { fix: 'publicAddress: write "auto" or leave it out' }
  const addresses = (publicAddresses as string[]).map((address) => address.toLowerCase())
  return { value: { publicAddresses: addresses, behindNat, publicAddress } }
}

/** Of those that are nobody's on the internet, the ones people write by mistake. RFC 6890. */
const NOT_PUBLIC = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
] as const)
  NOT_PUBLIC.addSubnet(network, prefix)
for (const [network, prefix] of [
  ['::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  NOT_PUBLIC.addSubnet(network, prefix, 'ipv6')

export function isPublicAddress(value: unknown): value is string {
  if (typeof value !== 'string') return false
  const version = isIP(value)
  return version !== 0 && !value.includes('%') && !NOT_PUBLIC.check(value, version === 6 ? 'ipv6' : 'ipv4')
}

export function checkPorts(value: unknown): Checked<Record<string, PortDeclaration>> {
  if (!isRecord(value)) return { fix: `write a table of ports, such as ${PORT_EXAMPLE}` }
  const entries = Object.entries(value)
  if (entries.length > PORTS_MAX) return { fix: `keep at most ${PORTS_MAX} ports` }
  const checked: Record<string, PortDeclaration> = {}
  for (const [name, said] of entries) {
    const port = /^(?:tcp|udp)\/([1-9][0-9]{0,4})$/.exec(name)?.[1]
    if (port === undefined || Number(port) > 65_535) return { fix: `name port "${name}" like "tcp/443" or "udp/53"` }
    const one = checkPort(said)
    if ('fix' in one) return { fix: `${name}: ${one.fix}` }
    checked[name] = one.value
  }
  return { value: checked }
}

const PORT_EXAMPLE = '{ "tcp/8080" = { verdict = "filtered", reason = "...", expires = "2027-06-30" } }'

function checkPort(said: unknown): Checked<PortDeclaration> {
  if (!isRecord(said)) return { fix: 'write verdict, reason and expires' }
  const other = Object.keys(said).find((key) => !PORT_KEYS.includes(key))
  if (other !== undefined) return { fix: `"${other}" is none of its keys: ${PORT_KEYS.join(', ')}` }
  const { verdict, reason } = said
  if (verdict !== 'exposed' && verdict !== 'filtered') return { fix: 'verdict: write "exposed" or "filtered"' }
  if (typeof reason !== 'string' || reason.trim() === '' || reason.length > TEXT_LENGTH_MAX) {
    return { fix: 'reason: write why, for whoever reads it in a year' }
  }
  const expires = dayOf(said['expires'])
  return expires === null
    ? { fix: 'expires: write the last day on which it holds, such as "2027-06-30"' }
    : { value: { verdict, reason: reason.trim(), expires } }
}

/** TOML has dates of its own; text is taken too. */
function dayOf(value: unknown): string | null {
  const text = value instanceof Date ? value.toISOString().slice(0, 10) : value
  if (typeof text !== 'string' || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return null
  const at = Date.parse(`${text}T00:00:00Z`)
  // "2027-02-30" is a day of March to Date.
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text) ? text : null
}

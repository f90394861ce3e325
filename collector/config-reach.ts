// Settings of how the collector is reached, how much at once, and what it tells a metrics scraper.
import { isIP } from 'node:net'
import { isCidr } from './commands/cidr.ts'
import type { ConfigFault, RawConfig, SettingKey } from './config-settings.ts'
import type { PerServer } from './metrics/metrics.ts'

export type ReachConfig = {
  /** CIDR blocks of the proxies whose X-Forwarded-* headers count; [] = nobody's. */
  trustedProxies: readonly string[]
  /** Names a request may ask for besides those of publicUrl and listen, in lower case, without port. */
  allowedHosts: readonly string[]
  limits: { connections: number; connectionsPerAddress: number }
  metrics: { perServer: PerServer }
}

const CONNECTIONS_MAX = 1_000_000
/** RFC 1123 section 2.1; an IPv6 address stands without brackets. */
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i

export function checkReach(settings: RawConfig['settings'], faults: ConfigFault[]): ReachConfig {
  const count = (key: SettingKey) => checkCount(key, settings[key], faults)
  return {
    trustedProxies: checkList('trustedProxies', settings.trustedProxies, faults, isNarrowCidr, PROXY_FIX),
    allowedHosts: checkList('allowedHosts', settings.allowedHosts, faults, isHost, HOST_FIX).map((host) =>
      host.toLowerCase(),
    ),
    limits: { connections: count('limits.connections'), connectionsPerAddress: count('limits.connectionsPerAddress') },
    metrics: { perServer: checkPerServer(settings['metrics.perServer'], faults) },
  }
}

const PROXY_FIX = 'write blocks or addresses of your proxies, such as ["10.0.0.5", "10.1.0.0/24"]; never all addresses'
const HOST_FIX = 'write host names or addresses without scheme and port, such as ["overdue.internal"]'

/** A list in the file; words with commas between them elsewhere. */
function checkList(
  key: SettingKey,
  value: unknown,
  faults: ConfigFault[],
  isGood: (one: string) => boolean,
  fix: string,
): string[] {
  const items: unknown = typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value
  if (items === null) return []
  const list = Array.isArray(items) ? (items as unknown[]).filter((one) => one !== '') : null
  const bad = list?.find((one) => typeof one !== 'string' || !isGood(one))
  if (list !== null && bad === undefined) return list as string[]
  faults.push({ key, value: bad ?? value, fix })
  return []
}

/** Everybody as a trusted proxy means: everybody may say who they are. */
function isNarrowCidr(text: string): boolean {
  return isCidr(text) && !/\/0+$/.test(text)
}

function isHost(text: string): boolean {
  return isIP(text) !== 0 || HOST_NAME.test(text)
}

function checkCount(key: SettingKey, value: unknown, faults: ConfigFault[]): number {
  const count = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value
  if (typeof count === 'number' && Number.isInteger(count) && count >= 1 && count <= CONNECTIONS_MAX) return count
  faults.push({ key, value, fix: `write a whole number from 1 to ${CONNECTIONS_MAX}` })
  return 1
}

function checkPerServer(value: unknown, faults: ConfigFault[]): PerServer {
  if (value === true || value === 'true') return true
  if (value === false || value === 'false') return false
  if (value === 'auto') return 'auto'
  faults.push({ key: 'metrics.perServer', value, fix: 'write "auto", true or false' })
  return 'auto'
}

// Which collector, and whom to trust that it is the one: agent.toml first, then what enrolment left behind.
import type { SecureContext } from 'node:tls'
import { type AgentConfig, requireSafeUrl } from '../settings/config.ts'
import { ConfigError } from '../settings/config-error.ts'
import { readFileIfThere } from '../files/durable-file.ts'
import type { Enrolled } from './enrolled.ts'
import { proxyFor } from '../delivery/proxy.ts'
import type { PostTarget } from '../delivery/transport-http.ts'

const CA_BYTES_MAX = 4 * 1024 * 1024

/** Throws ConfigError when no address is known, it is not safe, or the CA file cannot be used. */
export async function collectorTarget(config: AgentConfig, enrolled: Enrolled | null): Promise<PostTarget> {
  const url = config.url ?? enrolled?.url ?? null
  if (url === null) {
    const fix = 'set url in agent.toml, or enrol with a join key that brings it'
    throw new ConfigError({ origin: 'configuration', key: 'url', value: undefined, fix })
  }
  requireSafeUrl(url, config.allowPlainHttp, {
    origin: config.url === null ? 'enrolment' : 'configuration',
    key: 'url',
  })
  const ca = config.caFile === null ? (enrolled?.ca ?? null) : await readCaFile(config.caFile)
  const pins = config.pins ?? enrolled?.pins ?? []
  const isSecure = url.startsWith('https:')
  if (!isSecure && pins.length > 0) {
    throw new ConfigError({ origin: 'configuration', key: 'url', value: url, fix: 'pins take https://' })
  }
  return { url, secureContext: isSecure ? await trusting(ca) : null, pins, proxy: proxyFor(url, config.proxy) }
}

/** Trusts the authorities in `ca` (PEM); null: the distribution's, or the runtime's own where the system has none. */
export async function trusting(ca: string | null): Promise<SecureContext> {
  // Loaded only here: a collector on this machine needs no TLS, and it takes 2 MB.
  const { createSecureContext, getCACertificates } = await import('node:tls')
  if (ca !== null) return createSecureContext({ ca })
  const system = getCACertificates('system')
  return createSecureContext(system.length === 0 ? {} : { ca: system })
}

async function readCaFile(path: string): Promise<string> {
  const refuse = (fix: string): never => {
    throw new ConfigError({ origin: 'configuration', key: 'caFile', value: path, fix })
  }
  const text = await readFileIfThere(path, CA_BYTES_MAX).catch((error: unknown) => refuse(String(error)))
  if (text === null) return refuse('there is no such file; correct the path')
  if (!text.includes('-----BEGIN CERTIFICATE-----')) return refuse('name a file of PEM certificates')
  return text
}

// Through which proxy a collector is reached, if any: `proxy` in agent.toml, else the environment as other programs read
// it. A proxy never stands between this machine and itself.
import { BlockList, isIP } from 'node:net'
import { ConfigError } from '../settings/config-error.ts'
import { isLoopbackHost } from '../settings/loopback.ts'

export type Proxy = {
  /** Scheme, host and port, without credentials: "http://proxy.example:3128". */
  origin: string
  /** Value of Proxy-Authorization (RFC 7617); null where the address names no user. */
  authorization: string | null
}

/** What is set, unread: which of it counts depends on the address of the collector. */
export type ProxySettings = {
  /** Null: not set; "none": no proxy, whatever the environment says. */
  own: string | null
  environment: Readonly<Record<string, string | undefined>>
}

export const NO_PROXY_AT_ALL = 'none'
export const PROXY_FIX = 'write the address of an HTTP proxy, such as "http://proxy.example:3128", or "none"'

const VARIABLES = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY']

/** What an environment says of proxies, and nothing else of it. */
export function proxyVariables(environment: ProxySettings['environment']): ProxySettings['environment'] {
  const isOurs = (name: string): boolean => VARIABLES.includes(name.toUpperCase())
  return Object.fromEntries(Object.entries(environment).filter(([name]) => isOurs(name)))
}

/** Null: no proxy. Throws ConfigError when the environment names one that cannot be used. */
export function proxyFor(url: string, { own, environment }: ProxySettings): Proxy | null {
  const target = new URL(url)
  if (own === NO_PROXY_AT_ALL || isLoopbackHost(target.hostname)) return null
  if (own !== null) return parseProxy(own)
  if (isExcepted(target, valueOf(environment, 'NO_PROXY') ?? '')) return null
  const variable = target.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY'
  const value = valueOf(environment, variable)
  if (value === null) return null
  const proxy = parseProxy(value)
  if (proxy !== null) return proxy
  throw new ConfigError({ origin: 'environment', key: variable, value, fix: PROXY_FIX })
}

/** "http://user:password@host:port"; the scheme may be left out. Null for anything else. */
export function parseProxy(text: string): Proxy | null {
  const address = text.includes('://') ? text : `http://${text}`
  const url = URL.canParse(address) ? new URL(address) : null
  if (url === null || url.protocol !== 'http:' || url.hostname === '') return null
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return null
  const { username, password } = url
  const credentials = username === '' && password === '' ? null : decoded(`${username}:${password}`)
  const authorization = credentials === null ? null : `Basic ${Buffer.from(credentials).toString('base64')}`
  return { origin: url.origin, authorization }
}

/** Lower case wins, as in other programs. An empty value is none. */
function valueOf(environment: ProxySettings['environment'], name: string): string | null {
  return environment[name.toLowerCase()] || environment[name] || null
}

/** Commas or spaces between: "*", ".example.org", "example.org" with all below it, addresses, blocks; each with a port or without. */
function isExcepted(target: URL, list: string): boolean {
  const host = target.hostname.replaceAll(/^\[|\]$/g, '')
  const port = target.port || (target.protocol === 'https:' ? '443' : '80')
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      if (entry === '') return false
      const [, name = '', wanted] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? []
      if (wanted !== undefined && wanted !== port) return false
      return name === '*' || matchesName(host, name) || matchesBlock(host, name)
    })
}

function matchesName(host: string, name: string): boolean {
  const bare = name.replace(/^\*?\./, '')
  return bare !== '' && (host === bare || host.endsWith(`.${bare}`))
}

function matchesBlock(host: string, block: string): boolean {
  const [address = '', prefix = ''] = block.split('/')
  const family = isIP(address)
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(prefix)) return false
  if (Number(prefix) > (family === 4 ? 32 : 128)) return false
  const list = new BlockList()
  list.addSubnet(address, Number(prefix), family === 4 ? 'ipv4' : 'ipv6')
  return list.check(host, family === 4 ? 'ipv4' : 'ipv6')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

// Which names this collector answers to. A page of another site can make a browser resolve its own name to our address
// (DNS rebinding) and would then count as the same origin; it cannot change the Host header.
import { isIP } from 'node:net'
import type { CollectorConfig } from '../config.ts'
import { isLoopback } from './listen-address.ts'
import { ProblemError } from './problem.ts'

type HostSettings = Pick<CollectorConfig, 'listen' | 'publicUrl' | 'allowedHosts'>

const ANY_ADDRESS = ['0.0.0.0', '::']
const FIX = 'This collector does not answer to that host name. Set publicUrl to it, or name it in allowedHosts.'

/** A check of the header `Host`; throws a 421 problem. */
export function knownHostCheck(settings: HostSettings): (host: string | undefined) => void {
  const isKnown = knownHosts(settings)
  // A fleet asks by one name, again and again.
  let lastKnown: string | undefined
  return (host) => {
    // HTTP/1.0 may leave it out (health checks of load balancers do); no browser does.
    if (host === undefined || host === lastKnown) return
    if (!isKnown(host)) throw new ProblemError('misdirected-request', { detail: FIX })
    lastKnown = host
  }
}

/** `host` as the header has it. The port is not compared: port forwarding changes it, and it proves nothing. */
export function knownHosts({ listen, publicUrl, allowedHosts }: HostSettings): (host: string) => boolean {
  const names = new Set([listen.host.toLowerCase(), ...allowedHosts])
  if (publicUrl !== null) names.add(bare(new URL(publicUrl).hostname))
  // Listening on every address, it is known by every address: an address cannot be made to resolve elsewhere.
  const takesAddresses = ANY_ADDRESS.includes(listen.host)
  return (host) => {
    const name = nameIn(host)
    if (name === null) return false
    return names.has(name) || isLoopback({ host: name, port: 0 }) || (takesAddresses && isIP(name) !== 0)
  }
}

/** RFC 9110 section 7.2: uri-host with an optional port. Null for anything else. */
function nameIn(host: string): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[^:[\]/@\s]+)(?::\d{1,5})?$/i.exec(host)
  return match?.[1] === undefined ? null : bare(match[1].toLowerCase())
}

function bare(host: string): string {
  return host.replaceAll(/^\[|\]$/g, '')
}

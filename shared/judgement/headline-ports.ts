// The part of a headline about ports: which are open, and which service answers them with code that was replaced.
import type { OpenPort } from '../sections/summaries.ts'
import type { OpenService } from './open-services.ts'

/** Names a sentence lists before it counts the rest. */
const PORTS_MAX = 2
const PACKAGES_MAX = 2

/** "tcp 443 is open to anywhere and nginx still runs the old libssl3", "tcp 80, tcp 443 and 2 more are open to anywhere". */
export function openText(openPorts: readonly OpenPort[], services: readonly OpenService[]): string {
  const ports = portNames(openPorts, 'exposed')
  const are = ports.length > 1 ? 'are' : 'is'
  const said = ports.length === 0 ? 'it is open to anywhere' : `${listed(ports)} ${are} open to anywhere`
  return `${said}${oldCodeText(services, 'exposed', ports)}`
}

export function unknownText(openPorts: readonly OpenPort[], services: readonly OpenService[]): string {
  const ports = portNames(openPorts, 'unknown')
  const said = `who can reach ${ports.length === 0 ? 'it' : listed(ports)} is not known`
  return `${said}${oldCodeText(services, 'unknown', ports)}`
}

/** As people call it: "nginx" of "nginx.service". */
export function serviceName(unit: string): string {
  return unit.replace(/\.service$/, '')
}

/** Each once, whatever its families. */
export function portNames(openPorts: readonly OpenPort[], wanted: OpenPort['verdict']): string[] {
  const ports = openPorts.filter(({ verdict }) => verdict === wanted)
  return [...new Set(ports.map(({ protocol, port }) => `${protocol} ${port}`))]
}

/** "the old libssl3 and libc6"; what no package lists is code all the same. */
export function oldPackagesText({ packages, packagesMore }: Pick<OpenService, 'packages' | 'packagesMore'>): string {
  const more = packagesMore + Math.max(0, packages.length - PACKAGES_MAX)
  if (packages.length === 0) return 'replaced code'
  const shown = packages.slice(0, PACKAGES_MAX)
  return more > 0 ? `the old ${shown.join(', ')} and ${more} more` : `the old ${shown.join(' and ')}`
}

/** `ports`: all that were named; a service that does not answer each of them says which it does. */
function oldCodeText(services: readonly OpenService[], wanted: OpenPort['verdict'], ports: readonly string[]): string {
  const old = services.filter(({ verdict }) => verdict === wanted)
  const [first] = old
  if (first === undefined) return ''
  const answered = portNames(first.ports, wanted)
  const where = answered.length < ports.length ? ` (${listed(answered)})` : ''
  const others = old.length - 1
  const too = others === 0 ? '' : `, and ${others} ${others === 1 ? 'other service' : 'other services'} old code too`
  return ` and ${serviceName(first.unit)}${where} still runs ${oldPackagesText(first)}${too}`
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, PORTS_MAX)
  const more = names.length - shown.length
  if (more > 0) return `${shown.join(', ')} and ${more} more`
  return shown.join(' and ')
}

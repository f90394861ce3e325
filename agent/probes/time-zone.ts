// The host's time zone, in which dpkg writes its log.
import type { Host } from '../host/host.ts'
import { isMissing } from '../host/host.ts'
import { firstLineOf } from './optional-read.ts'

/** IANA name, or null if it cannot be told: then a wall time says nothing. */
export async function timeZoneOf(host: Host): Promise<string | null> {
  const named = (await zoneOfLink(host)) ?? (await firstLineOf(host, '/etc/timezone'))
  if (named !== null) return isZone(named) ? named : null
  return (await isUtcByDefault(host)) ? 'UTC' : null
}

/** Text of dpkg.log ("2026-11-22 04:45:45") as epoch ms. Of the two times of a repeated hour the earlier one. */
export function epochOf(wallTime: string, zone: string): number {
  const plain = Temporal.PlainDateTime.from(wallTime.replace(' ', 'T'))
  return plain.toZonedDateTime(zone, { disambiguation: 'earlier' }).epochMilliseconds
}

/** localtime(5): a link to ../usr/share/zoneinfo/Europe/Berlin. */
async function zoneOfLink(host: Host): Promise<string | null> {
  try {
    return /\/zoneinfo\/(?:posix\/|right\/)?(.+)$/.exec(await host.readLink('/etc/localtime'))?.[1] ?? null
  } catch {
    return null
  }
}

/** localtime(5): without the file the zone is UTC. A copy of a zone file has no name to read. */
async function isUtcByDefault(host: Host): Promise<boolean> {
  try {
    await host.facts('/etc/localtime')
    return false
  } catch (error) {
    return isMissing(error)
  }
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

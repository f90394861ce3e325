// A file that says "restart": anybody could try to plant one, so it counts only as a regular file of root's, whatever is in it.
import { FLAG_BYTES_MAX } from '../../shared/protocol/limits.ts'
import { HostError, isMissing, type Host } from '../host/host.ts'
import { reasonOf } from '../host/host-errors.ts'
import { bootTimeMs } from './boot-time.ts'
import { fileSystemOf, parseMountinfo } from './mountinfo.ts'
import { orNull } from './optional-read.ts'
import { firstLine } from './text.ts'

const ROOT_UID = 0
/** RTC and clock corrections at boot: a flag this much older than the boot may still be of it. */
const CLOCK_SLACK_MS = 120_000

export type Flag = {
  found: 'flag'
  path: string
  /** The directory it lies in, without links. */
  canonical: string
  /** Its first line. */
  text: string | null
  birthMs: number | null
  mtimeMs: number | null
}
export type FlagLook = Flag | { found: 'nothing' } | { found: 'problem'; reason: string }

/** `canonical`: the real path of its directory. */
export async function lookAtFlag(host: Host, path: string, canonical: string): Promise<FlagLook> {
  try {
    const facts = await host.facts(path)
    const isTrustworthy = facts.kind === 'file' && facts.uid === ROOT_UID
    const text = await readFlagText(host, path, isTrustworthy)
    return { found: 'flag', path, canonical, text, birthMs: facts.birthMs, mtimeMs: facts.mtimeMs }
  } catch (error) {
    return isMissing(error) ? { found: 'nothing' } : { found: 'problem', reason: reasonOf(error) }
  }
}

/** A flag that may not be read (a hook ran with umask 077) or is absurdly long is a flag all the same. */
async function readFlagText(host: Host, path: string, isTrustworthy: boolean): Promise<string | null> {
  try {
    return firstLine(await host.readRootText(path, { maxBytes: FLAG_BYTES_MAX }))
  } catch (error) {
    const stands = error instanceof HostError && (error.code === 'EACCES' || error.code === 'TOO-LARGE')
    if (isTrustworthy && stands) return null
    throw error
  }
}

/** On a /run that survives a restart, a flag older than the boot speaks of the previous one. Never so on tmpfs. */
export async function withoutStale<F extends Flag>(host: Host, flags: readonly F[]): Promise<F[]> {
  if (flags.length === 0) return []
  // Where it cannot be read, nothing is left out: a flag too many is seen by a person, one too few by nobody.
  const mounts = parseMountinfo((await orNull(host.readText('/proc/self/mountinfo'))) ?? '')
  const isVolatile = ({ canonical }: Flag) => ['tmpfs', 'ramfs', null].includes(fileSystemOf(mounts, canonical))
  if (flags.every(isVolatile)) return [...flags]
  const oldest = (await bootTimeMs(host)) - CLOCK_SLACK_MS
  return flags.filter((flag) => isVolatile(flag) || flag.mtimeMs === null || flag.mtimeMs >= oldest)
}

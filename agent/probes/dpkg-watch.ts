// Is dpkg's list worth reading again? It has megabytes and changes a hundred times during one upgrade, of which only the
// last state is true for long: read when it changed and dpkg has been quiet for a moment.
import type { Outcome } from '../../shared/sections/section.ts'
import type { FileFacts, Host } from '../host/host.ts'
import { DPKG_STATUS, installedPackages, STATUS_FIELDS } from './dpkg-status.ts'
import { orNull, orNullIfMissing } from './optional-read.ts'
import type { Readiness } from './readiness.ts'

const QUIET_MS = 3_000
/** A prompt of dpkg may wait for its person all night, a crashed one leaves its journal behind: the list is true meanwhile. */
const STUCK_MS = 5 * 60_000

/** The one file that dpkg replaces with each step, as it was seen; null: there is none. */
export type Signature = string | null

export class DpkgWatch {
  /** What the list looked like that is known; undefined: none is. */
  #read: Signature | undefined
  #reading: Signature | undefined
  #seen: { signature: Signature; sinceMs: number } | null = null
  #installed: Promise<string[]> | null = null

  async readiness(host: Host): Promise<Readiness> {
    const signature = await signatureOf(host)
    if (signature === this.#read) return { kind: 'unchanged' }
    const quietMs = this.#quietFor(signature, host.uptimeMs())
    if (quietMs >= STUCK_MS) return { kind: 'ready' }
    const isFirst = this.#read === undefined
    if (await isAtWork(host)) return { kind: 'busy', reason: 'dpkg is at work', isFirst }
    // Before the first look nothing is known that could be quiet for longer than anything else.
    if (isFirst || quietMs >= QUIET_MS) return { kind: 'ready' }
    return { kind: 'busy', reason: 'dpkg was at work just now', isFirst }
  }

  /** Told before the list is read. */
  beginReading(signature: Signature): void {
    this.#reading = signature
  }

  /** `outcome`: of the section that came of it. A look that failed, or came too late to be used, is made again. */
  endReading(outcome: Outcome): void {
    this.#read = outcome === 'failed' ? undefined : this.#reading
  }

  /** One reading for all who ask while it lasts. Entries of dpkg-status.ts; rejects where the list cannot be read. */
  installed(host: Host): Promise<string[]> {
    this.#installed ??= installedPackages(host.readLines(DPKG_STATUS, { starting: STATUS_FIELDS })).finally(() => {
      this.#installed = null
    })
    return this.#installed
  }

  #quietFor(signature: Signature, nowMs: number): number {
    if (this.#seen === null || this.#seen.signature !== signature) this.#seen = { signature, sinceMs: nowMs }
    return nowMs - this.#seen.sinceMs
  }
}

export async function signatureOf(host: Host): Promise<Signature> {
  const facts = await orNullIfMissing(host.facts(DPKG_STATUS))
  return facts === null ? null : [facts.inode, facts.mtimeMs, facts.sizeBytes].join(' ')
}

/** Is dpkg in the middle of something, or does somebody hold its lock? */
export async function isAtWork(host: Host): Promise<boolean> {
  const journal = (await orNullIfMissing(host.list('/var/lib/dpkg/updates'))) ?? []
  return journal.some((name) => /^\d+$/.test(name)) || (await isLocked(host, LOCKS))
}

/** proc_locks(5): "1: POSIX ADVISORY WRITE 4711 08:01:131085 0 EOF", where 131085 is the inode. Anybody may read it. */
const LOCKED_INODE = /:(\d+) \d+ (?:\d+|EOF)$/

/** Does anybody hold a lock on one of these files? */
export async function isLocked(host: Host, paths: readonly string[]): Promise<boolean> {
  const inodes = new Set((await Promise.all(paths.map((path) => orNull(host.facts(path))))).flatMap(inodeOf))
  if (inodes.size === 0) return false
  const locks = (await orNull(host.readText('/proc/locks'))) ?? ''
  return locks.split('\n').some((line) => inodes.has(Number(LOCKED_INODE.exec(line.trimEnd())?.[1])))
}

const LOCKS = ['/var/lib/dpkg/lock-frontend', '/var/lib/dpkg/lock']

function inodeOf(facts: FileFacts | null): number[] {
  return facts === null || facts.inode === null ? [] : [facts.inode]
}

// Which CVEs a package's changelog says were fixed between two versions, deb-changelog(5). Pure. Real lines:
//   openssl (3.0.18-1~deb12u2) bookworm-security; urgency=medium
//     * CVE-2025-15467 (Stack buffer overflow in CMS AuthEnvelopedData parsing)
//     * SECURITY UPDATE: buffer overflow                             as Ubuntu writes it, ids in the items below
//       - debian/patches/CVE-2023-0464-1.patch: limit the size
//    -- Sebastian Andrzej Siewior <sebastian@breakpoint.cc>  Sat, 24 Jan 2026 16:01:59 +0100
// The newest entry comes first. Not every id that is named is fixed: patches are dropped and reverted, too.
import { comparePackageVersions } from '../../shared/packages/version-order.ts'
import { ChangelogItems } from './changelog-items.ts'
import { sourceVersionOf } from './source-version.ts'

/** Versions of the source, without what a rebuild adds. */
export type VersionRange = { from: string; to: string }

export type FixedIds = {
  /** Sorted, each once. */
  cves: string[]
  /** Why there may be more; null: every entry of the range was there. */
  missing: string | null
}

const HEADER = /^([a-z0-9][a-z0-9+.-]*) \(([^\s()]+)\)(?: [^;]*)?;/i

/** Takes lines from the top until `isDone`. */
export class Changelog {
  /** The entry before the range was met: what comes now is older. */
  isDone = false
  readonly #range: VersionRange
  readonly #items = new ChangelogItems()
  #isInRange = false
  /** Of the first entry, and of the last one met so far; null: none yet. */
  #newest: string | null = null
  #oldest: string | null = null

  constructor(range: VersionRange) {
    this.#range = range
  }

  take(line: string): void {
    const [, source, version] = HEADER.exec(line) ?? []
    if (source !== undefined && version !== undefined) this.#beginEntry(sourceVersionOf(source, version))
    else if (this.#isInRange) this.#items.take(line)
  }

  /** `unread`: why the lines ended early; null: the file did. */
  result(unread: string | null = null): FixedIds {
    this.#items.endEntry()
    return { cves: this.#items.fixed(), missing: this.#missing(unread) }
  }

  #beginEntry(version: string): void {
    const { from, to } = this.#range
    this.#items.endEntry()
    this.#newest ??= version
    this.#oldest = version
    this.isDone = comparePackageVersions(version, from) <= 0
    this.#isInRange = !this.isDone && comparePackageVersions(version, to) <= 0
  }

  #missing(unread: string | null): string | null {
    if (this.#newest === null || this.#oldest === null)
      return unread ?? 'its changelog has no entries of Debian or Ubuntu'
    if (comparePackageVersions(this.#newest, this.#range.to) < 0) return `its changelog ends with ${this.#newest}`
    return this.isDone ? null : (unread ?? `its changelog begins with ${this.#oldest}: older entries were removed`)
  }
}

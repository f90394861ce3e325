// The kernel packages dpkg knows, from /var/lib/dpkg/status, deb-control(5). Real stanza, cut:
//   Package: linux-image-6.1.0-56-cloud-amd64
//   Status: install ok installed
//   Version: 6.1.192-2
// Read as a stream: the file has megabytes, of which a few stanzas matter.
import { DPKG_STATUS, STATUS_FIELDS } from './dpkg-status.ts'
import { signatureOf, type Signature } from './dpkg-watch.ts'
import type { Host } from '../host/host.ts'
import { isMissing } from '../host/host.ts'
import { TEXT_LENGTH_MAX } from '../../shared/protocol/limits.ts'

export type KernelPackage = { isInstalled: boolean; version: string | null }

/** By package name; empty on a host without dpkg. Throws HostError if the file is there and cannot be read. */
export async function readKernelPackages(host: Host): Promise<Map<string, KernelPackage>> {
  const packages = new Map<string, KernelPackage>()
  try {
    await collect(host.readLines(DPKG_STATUS, { starting: STATUS_FIELDS }), packages)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  return packages
}

/** What was found in the list, which has megabytes, until another one takes its place: kernels are looked at oftener. */
export class KernelPackages {
  #kept: { signature: Signature; packages: Map<string, KernelPackage> } | null = null

  /** As `readKernelPackages`. */
  async read(host: Host): Promise<ReadonlyMap<string, KernelPackage>> {
    const signature = await signatureOf(host)
    if (this.#kept?.signature === signature) return this.#kept.packages
    this.#kept = { signature, packages: await readKernelPackages(host) }
    return this.#kept.packages
  }
}

const NAME = /^Package: (linux-image-\S+)/
const STATUS = /^Status: \S+ \S+ (\S+)/
const VERSION = /^Version: (\S+)/
/** dpkg counts a package that waits for triggers as configured: dpkg(1). */
const INSTALLED = new Set(['installed', 'triggers-awaited', 'triggers-pending'])

async function collect(lines: AsyncIterable<string>, packages: Map<string, KernelPackage>): Promise<void> {
  let current: KernelPackage | null = null
  for await (const line of lines) {
    if (line.startsWith('Package: ')) {
      current = null
      const name = NAME.exec(line)?.[1]
      // One name may come once per architecture: an installed one wins.
      if (name === undefined || packages.get(name)?.isInstalled === true) continue
      packages.set(name, (current = { isInstalled: false, version: null }))
    } else if (current !== null) {
      const status = STATUS.exec(line)?.[1]
      if (status !== undefined) current.isInstalled = INSTALLED.has(status)
      current.version ??= versionOf(line)
    }
  }
}

/** Null for a version longer than a report may hold, which is none: cut short it would be another version. */
function versionOf(line: string): string | null {
  const version = VERSION.exec(line)?.[1] ?? null
  return version !== null && version.length > TEXT_LENGTH_MAX ? null : version
}

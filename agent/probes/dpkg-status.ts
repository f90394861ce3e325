// Installed packages out of /var/lib/dpkg/status, deb-control(5). Real stanza, cut:
//   Package: libssl3
//   Status: hold ok installed
//   Architecture: amd64
//   Source: openssl
//   Version: 3.0.17-1~deb12u2
// Read as a stream: the file has megabytes, of which a few lines a stanza matter. Pure: lines in, packages out.
import { PACKAGE_ENTRY_LENGTH_MAX, PACKAGES_MAX, PACKAGES_TEXT_LENGTH_MAX } from '../../shared/protocol/limits.ts'

export const DPKG_STATUS = '/var/lib/dpkg/status'

/** Beginnings of the lines that count; "Package" is the first of each stanza. */
export const STATUS_FIELDS = ['Package: ', 'Status: ', 'Architecture: ', 'Version: ']
/** The same for who asks what packages were built from. */
export const STATUS_FIELDS_WITH_SOURCE = [...STATUS_FIELDS, 'Source: ']

export type InstalledPackage = {
  name: string
  architecture: string
  version: string
  /** What it was built from: itself where dpkg names nothing else, and where the lines were read without `Source`. */
  source: { name: string; version: string }
  isHeld: boolean
}

/** dpkg(1): "want" to keep it as it is. */
const HOLD = 'hold'
/** dpkg(1) counts a package that waits for triggers as configured; half-done ones are not installed. */
const INSTALLED = new Set(['installed', 'triggers-awaited', 'triggers-pending'])

/** Sorted entries `name:arch=version[ hold]`. Throws Error for a file that cannot be dpkg's, or holds more than a report may. */
export async function installedPackages(lines: AsyncIterable<string>): Promise<string[]> {
  const entries: string[] = []
  let textLength = 0
  for await (const installed of readInstalledPackages(lines)) {
    const entry = entryOf(installed)
    entries.push(entry)
    textLength += entry.length
    if (entries.length > PACKAGES_MAX) throw new Error(`more than ${PACKAGES_MAX} packages are installed`)
    if (textLength > PACKAGES_TEXT_LENGTH_MAX) throw new Error('the names and versions of the packages are too long')
  }
  return [...new Set(entries)].sort()
}

/** In the file's order. Throws Error for a file that cannot be dpkg's. */
export async function* readInstalledPackages(lines: AsyncIterable<string>): AsyncGenerator<InstalledPackage> {
  let stanzas = 0
  for await (const stanza of stanzasOf(lines)) {
    stanzas += 1
    const [want, , state] = stanza.status.split(' ')
    if (state === undefined || !INSTALLED.has(state)) continue
    const { name, version } = stanza
    const architecture = stanza.architecture === '' ? 'unknown' : stanza.architecture
    yield { name, architecture, version, source: sourceOf(stanza), isHeld: want === HOLD }
  }
  // dpkg never writes an empty status; a disk that was full does. Nothing installed would be news, and untrue.
  if (stanzas === 0) throw new Error(`${DPKG_STATUS} names no package at all`)
}

type Stanza = { name: string; status: string; architecture: string; version: string; source: string }

async function* stanzasOf(lines: AsyncIterable<string>): AsyncGenerator<Stanza> {
  let stanza: Stanza | null = null
  for await (const line of lines) {
    if (line.startsWith('Package: ')) {
      if (stanza !== null) yield stanza
      stanza = { name: fieldOf(line), status: '', architecture: '', version: '', source: '' }
    } else if (stanza !== null) takeField(stanza, line)
  }
  if (stanza !== null) yield stanza
}

function takeField(stanza: Stanza, line: string): void {
  if (line.startsWith('Status: ')) stanza.status = fieldOf(line)
  else if (line.startsWith('Architecture: ')) stanza.architecture = fieldOf(line)
  else if (line.startsWith('Version: ')) stanza.version = fieldOf(line)
  else if (line.startsWith('Source: ')) stanza.source = fieldOf(line)
}

function fieldOf(line: string): string {
  return line.slice(line.indexOf(':') + 1).trim()
}

/** "openssl", or "linux-signed-amd64 (6.1.192+2)" where the version differs; missing where both are the package's own. */
function sourceOf({ name, version, source }: Stanza): InstalledPackage['source'] {
  const [, sourceName = name, sourceVersion = version] = /^(\S+)(?:\s+\(([^)\s]+)\))?/.exec(source) ?? []
  return { name: sourceName, version: sourceVersion }
}

const ENTRY = /^[^\s=]+=[^\s=]+$/

function entryOf({ name, architecture, version, isHeld }: InstalledPackage): string {
  const entry = `${name}:${architecture}=${version}`
  if (!ENTRY.test(entry) || entry.length > PACKAGE_ENTRY_LENGTH_MAX - ' hold'.length) {
    throw new Error(`${DPKG_STATUS} has an installed package without a usable name or version`)
  }
  return isHeld ? `${entry} hold` : entry
}

// Installed packages out of /var/lib/dpkg/status, deb-control(5). Real stanza, cut:
//   Package: libssl3
//   Status: hold ok installed
//   Architecture: amd64
//   Version: 3.0.17-1~deb12u2
// Read as a stream: the file has megabytes, of which four lines a stanza matter. Pure: lines in, entries out.
import { PACKAGE_ENTRY_LENGTH_MAX, PACKAGES_MAX, PACKAGES_TEXT_LENGTH_MAX } from '../../shared/protocol/limits.ts'

export const DPKG_STATUS = '/var/lib/dpkg/status'

/** Beginnings of the lines that count; "Package" is the first of each stanza. */
export const STATUS_FIELDS = ['Package: ', 'Status: ', 'Architecture: ', 'Version: ']

/** dpkg(1): "want" to keep it as it is. */
const HOLD = 'hold'
/** dpkg(1) counts a package that waits for triggers as configured; half-done ones are not installed. */
const INSTALLED = new Set(['installed', 'triggers-awaited', 'triggers-pending'])

/** Sorted entries `name:arch=version[ hold]`. Throws Error for a file that cannot be dpkg's, or holds more than a report may. */
export async function installedPackages(lines: AsyncIterable<string>): Promise<string[]> {
  const entries: string[] = []
  let textLength = 0
  let stanzas = 0
  for await (const stanza of stanzasOf(lines)) {
    stanzas += 1
    const entry = entryOf(stanza)
    if (entry === null) continue
    entries.push(entry)
    textLength += entry.length
    if (entries.length > PACKAGES_MAX) throw new Error(`more than ${PACKAGES_MAX} packages are installed`)
    if (textLength > PACKAGES_TEXT_LENGTH_MAX) throw new Error('the names and versions of the packages are too long')
  }
  // dpkg never writes an empty status; a disk that was full does. Nothing installed would be news, and untrue.
  if (stanzas === 0) throw new Error(`${DPKG_STATUS} names no package at all`)
  return [...new Set(entries)].sort()
}

type Stanza = { name: string; status: string; architecture: string; version: string }

async function* stanzasOf(lines: AsyncIterable<string>): AsyncGenerator<Stanza> {
  let stanza: Stanza | null = null
  for await (const line of lines) {
    if (line.startsWith('Package: ')) {
      if (stanza !== null) yield stanza
      stanza = { name: fieldOf(line), status: '', architecture: '', version: '' }
    } else if (stanza !== null) takeField(stanza, line)
  }
  if (stanza !== null) yield stanza
}

function takeField(stanza: Stanza, line: string): void {
  if (line.startsWith('Status: ')) stanza.status = fieldOf(line)
  else if (line.startsWith('Architecture: ')) stanza.architecture = fieldOf(line)
  else if (line.startsWith('Version: ')) stanza.version = fieldOf(line)
}

function fieldOf(line: string): string {
  return line.slice(line.indexOf(':') + 1).trim()
}

const ENTRY = /^[^\s=]+=[^\s=]+$/

/** Null for a package that is not installed. */
function entryOf({ name, status, architecture, version }: Stanza): string | null {
  const [want, , state] = status.split(' ')
  if (state === undefined || !INSTALLED.has(state)) return null
  const entry = `${name}:${architecture === '' ? 'unknown' : architecture}=${version}`
  if (!ENTRY.test(entry) || entry.length > PACKAGE_ENTRY_LENGTH_MAX - ' hold'.length) {
    throw new Error(`${DPKG_STATUS} has an installed package without a usable name or version`)
  }
  return want === HOLD ? `${entry} hold` : entry
}

// Where the join key's bundle said the collector is, so that an enrolled host needs no agent.toml. What agent.toml says wins.
import { ConfigError } from '../settings/config-error.ts'
import { readFileIfThere, replaceFile } from '../files/durable-file.ts'
import { isRecord, isText, parseJson } from '../files/json.ts'
import { parsePins } from '../delivery/pins.ts'

const ENROLLED_BYTES_MAX = 256 * 1024

export type Enrolled = {
  url: string
  /** PEM of the authority that signs the collector's certificate; null: the system's. */
  ca: string | null
  /** Keys of the collector, as in pins.ts; []: any that the certificate check accepts. */
  pins: readonly string[]
}

/** Null when this host was not enrolled. Throws ConfigError when the file is damaged. */
export async function readEnrolled(path: string): Promise<Enrolled | null> {
  const text = await readFileIfThere(path, ENROLLED_BYTES_MAX)
  if (text === null) return null
  try {
    const value = parseJson(text)
    const { url, ca, pins = [] } = isRecord(value) ? value : {}
    if (isText(url) && URL.canParse(url)) {
      const parsed = parsePins(pins)
      // Pins that cannot be read must not turn into "any key will do".
      if (parsed !== null) return { url, ca: isText(ca) ? ca : null, pins: parsed }
    }
  } catch {
    // Falls through: text that is not JSON is as damaged as JSON without an address.
  }
  throw new ConfigError({ origin: path, key: 'url', value: null, fix: 'remove the file and set url in agent.toml' })
}

export async function writeEnrolled(path: string, enrolled: Enrolled): Promise<void> {
  await replaceFile(path, `${JSON.stringify(enrolled)}\n`, { mode: 0o600, durable: true })
}

// A join key with all that an agent needs to use it, as one TOML file.
import { createHash, createPublicKey } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { stringify } from 'smol-toml'
import { CommandError } from './command.ts'

/**
 * `ca`: PEM of the authority behind the collector's certificate, where the system does not know it.
 * `pins`: keys that agents accept from the collector, "sha256/BASE64"; [] = any that the certificate check accepts.
 */
export type JoinKeyBundle = { url: string; key: string; ca: string | null; pins: readonly string[] }

export function bundleText({ url, key, ca, pins }: JoinKeyBundle): string {
  return `${stringify({ url, key, ...(ca === null ? {} : { ca }), ...(pins.length === 0 ? {} : { pins }) })}\n`
}

/** Readable by its owner alone, and never over another file: that one may hold the only copy of another key. */
export function writeBundle(path: string, content: string): void {
  try {
    writeFileSync(path, content, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'EEXIST' ? 'it exists; choose another name' : String(error)
    throw new CommandError(`Cannot write the bundle ${path}: ${why}.`, { cause: error })
  }
}

export function readCa(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new CommandError(`Cannot read --ca-file ${path}: ${(error as Error).message}.`, { cause: error })
  }
}

/** The pin (SHA-256 over the public key, RFC 7469 section 2.4) of a certificate or public key in PEM. */
export function readPin(path: string): string {
  const cannot = (cause: unknown) =>
    new CommandError(`Cannot take a pin from --pin-file ${path}: ${(cause as Error).message}.`, { cause })
  try {
    const pem = readFileSync(path, 'utf8')
    // Node would make a public key of a private one, too; that one has no business beside a join key.
    if (pem.includes('PRIVATE KEY')) throw new Error('it is a private key; name the certificate or the public key')
    const der = createPublicKey(pem).export({ type: 'spki', format: 'der' })
    return `sha256/${createHash('sha256').update(der).digest('base64')}`
  } catch (error) {
    throw cannot(error)
  }
}

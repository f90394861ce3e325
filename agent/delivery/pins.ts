// Pins: SHA-256 over the public key of the collector (RFC 7469 section 2.4), checked beside the usual certificate check.
// An authority that is trusted by mistake, or made to sign for somebody else, then still gets no secret: the check runs
// inside the handshake, before the first byte of a request.
import { createHash, X509Certificate } from 'node:crypto'

/** "sha256/" and the hash in base64, 44 characters. */
const PIN = /^sha256\/[A-Za-z0-9+/]{43}=$/
/** The key in use, the next one, and some spares. */
const PINS_MAX = 10

export const PINS_FIX = `write at most ${PINS_MAX} pins such as "sha256/" and 44 characters of base64: the key in use and the next one`

/** A list in files; words with commas between them elsewhere. Null for anything else. */
export function parsePins(value: unknown): string[] | null {
  const list: unknown = typeof value === 'string' ? value.split(',').map((pin) => pin.trim()) : value
  if (!Array.isArray(list) || list.length > PINS_MAX) return null
  return list.every((pin): pin is string => typeof pin === 'string' && PIN.test(pin)) ? list : null
}

/** Pin of the key in a certificate (DER or PEM). */
export function pinOf(certificate: Buffer | string): string {
  const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' })
  return `sha256/${createHash('sha256').update(key).digest('base64')}`
}

/**
 * For `checkServerIdentity` of a TLS connection, after the name was checked. Only the certificate of the server itself
 * counts: others in what it sent need not be part of the chain that was verified.
 */
export function pinProblem(certificate: { raw: Buffer }, pins: readonly string[]): Error | undefined {
  if (pins.includes(pinOf(certificate.raw))) return undefined
  return new Error("the collector's key is none of the pinned ones; nothing was sent to it")
}

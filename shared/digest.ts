// What stands for a section on the wire while it does not change.
import { hash } from 'node:crypto'
import { canonicalJson, type Json } from './canonical-json.ts'

/** SHA-256 over canonical JSON, first 16 bytes, base64url: 22 characters. */
export function digestOf(value: Json): string {
  return hash('sha256', canonicalJson(value), 'buffer').subarray(0, 16).toString('base64url')
}

/** The digest of a section covers what it says, never when it was read. */
export function sectionDigest(section: { outcome: string; reason: string | null; value: unknown }): string {
  return digestOf({ outcome: section.outcome, reason: section.reason, value: (section.value ?? null) as Json })
}

/** The root covers the digests of all sections, by name. */
export function rootDigest(digests: Readonly<Record<string, string>>): string {
  return digestOf(digests)
}

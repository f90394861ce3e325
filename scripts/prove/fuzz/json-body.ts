// A JSON value on its way to a collector: sometimes right, sometimes with its structure changed, sometimes with its bytes.
import { deflateSync, gzipSync } from 'node:zlib'
import { mutateJson } from './mutate-json.ts'
import { mutateText } from './mutate-text.ts'
import type { Random } from './random.ts'

export type JsonBody = { body: Buffer; headers: Record<string, string> }

const MEDIA_TYPES = [
  'text/plain',
  'application/json, text/plain',
  'application/json;a=b',
  'APPLICATION/JSON',
  'a',
  '*/*',
]

/** `repair` is given the changed value: what a sender with the same checksums would have sent. */
export function jsonBody(
  value: unknown,
  random: Random,
  repair: (changed: unknown) => unknown = (same) => same,
): JsonBody {
  const kind = random.next()
  const changed = kind < 0.15 ? value : mutateJson(value, random)
  const repaired = random.chance(0.6) ? repair(changed) : changed
  const text = JSON.stringify(repaired) ?? ''
  return packed(random.chance(0.15) ? changedBytes(text, random) : Buffer.from(text), random)
}

function changedBytes(text: string, random: Random): Buffer {
  if (random.chance(0.6)) return Buffer.from(mutateText(text, random))
  const bytes = Buffer.from(text)
  for (let left = 1 + random.below(8); left > 0 && bytes.length > 0; left--) {
    bytes[random.below(bytes.length)] = random.below(256)
  }
  return bytes
}

function packed(plain: Buffer, random: Random): JsonBody {
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (random.chance(0.02)) headers['content-type'] = random.pick(MEDIA_TYPES)
  const kind = random.next()
  if (kind < 0.8) return { body: plain, headers }
  if (kind < 0.94) return { body: gzipSync(plain), headers: { ...headers, 'content-encoding': 'gzip' } }
  if (kind < 0.97)
    return { body: damaged(gzipSync(plain), random), headers: { ...headers, 'content-encoding': 'gzip' } }
  const encoding = random.pick(['deflate', 'br', 'gzip, gzip', 'GZIP', 'identity', 'zstd', ''])
  return { body: deflateSync(plain), headers: { ...headers, 'content-encoding': encoding } }
}

function damaged(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes.subarray(0, random.chance(0.5) ? bytes.length : random.below(bytes.length)))
  if (copy.length > 0) copy[random.below(copy.length)] = random.below(256)
  return copy
}

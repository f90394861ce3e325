// A look at the bytes of a body before JSON.parse sees them. JSON.parse takes half a million nested arrays without a
// word, and whatever walks the result afterwards overflows the stack: so depth and size are bounded first.

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b
const CLOSE_BRACE = 0x7d
const CLOSE_BRACKET = 0x5d
const COMMA = 0x2c
const COLON = 0x3a

export type JsonLimits = { depthMax: number; tokensMax: number }
export type ScanResult = 'fine' | 'too-deep' | 'too-many-tokens'

/**
 * Counts nesting and tokens in one pass, without deciding whether the text is JSON: that is the parser's.
 * A token here is an opening bracket, a comma or a colon: every member and element has at least one of them.
 */
export function scanJson(bytes: Uint8Array, limits: JsonLimits): ScanResult {
  let depth = 0
  let tokens = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === QUOTE) {
      at = endOfString(bytes, at)
      continue
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (++depth > limits.depthMax) return 'too-deep'
      tokens++
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--
    else if (byte === COMMA || byte === COLON) tokens++
    if (tokens > limits.tokensMax) return 'too-many-tokens'
  }
  return 'fine'
}

/** Index of the closing quote of the string that opens at `start`, or the end of the bytes. */
function endOfString(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === BACKSLASH) at++
    else if (byte === QUOTE) return at
  }
  return bytes.length
}

/**
 * JSON pointer of the first key that could reach a prototype (`__proto__`, or `constructor` with an object behind it),
 * or null. JSON.parse makes plain own keys of them; the danger is whatever copies them later.
 */
export function findPoisonedKey(value: unknown, pointer = '#'): string | null {
  if (value === null || typeof value !== 'object') return null
  for (const [key, member] of Object.entries(value)) {
    const here = `${pointer}/${escapePointer(key)}`
    if (key === '__proto__') return here
    if (key === 'constructor' && member !== null && typeof member === 'object') return here
    const deeper = findPoisonedKey(member, here)
    if (deeper !== null) return deeper
  }
  return null
}

/** RFC 6901 section 3. */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

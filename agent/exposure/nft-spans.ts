// Where the objects of `nft -j list ruleset` stand in its text, so that twenty thousand rules are read one at a time: all
// of them at once would take ten times the memory of the text. Pure.

/** Half open, in characters. */
export type Span = { from: number; end: number }

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [0x5b, 0x5d, 0x7b, 0x7d]

/** Of what `{"nftables": [...]}` holds. Throws Error for another document, or one that is cut off. */
export function spansOf(json: string): Span[] {
  const opening = /^\s{0,99}\{\s{0,99}"nftables"\s{0,99}:\s{0,99}\[/.exec(json.slice(0, 512))
  if (opening === null) throw new Error('not a ruleset of nft')
  const spans: Span[] = []
  let depth = 0
  let from = 0
  for (let at = opening[0].length; at < json.length; at += 1) {
    const sign = json.charCodeAt(at)
    if (sign === QUOTE && depth > 0) at = endOfString(json, at)
    else if (sign === OPEN_BRACE || sign === OPEN_BRACKET) {
      if (depth === 0) from = at
      depth += 1
    } else if (sign === CLOSE_BRACE || sign === CLOSE_BRACKET) {
      depth -= 1
      if (depth < 0) return requireEnd(json, at, spans)
      if (depth === 0) spans.push({ from, end: at + 1 })
    } else if (depth === 0 && sign !== COMMA && sign > 0x20) throw new Error('nft printed an object that is none')
  }
  throw new Error('what nft printed is cut off')
}

/** Of the closing quote. */
function endOfString(json: string, start: number): number {
  let end = json.indexOf('"', start + 1)
  while (end !== -1 && isEscaped(json, end)) end = json.indexOf('"', end + 1)
  if (end === -1) throw new Error('what nft printed is cut off')
  return end
}

function isEscaped(json: string, quote: number): boolean {
  let backslashes = 0
  while (json.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes += 1
  return backslashes % 2 === 1
}

function requireEnd(json: string, at: number, spans: Span[]): Span[] {
  if (json.charCodeAt(at) !== CLOSE_BRACKET || json.slice(at + 1).trim() !== '}')
    throw new Error('not a ruleset of nft')
  return spans
}

// Which of two kernel releases is newer, as linux-version(1) orders them and unlike dpkg: `6.12.0-rc3` is older than
// `6.12.0`, `6.1.0-9` than `6.1.0-10`, `6.12.90+deb13` than `6.12.90+deb13.1`.

/** Below zero when `a` is older, above when newer, zero when both are the same release. A total order. */
export function compareReleases(a: string, b: string): number {
  if (a === b) return 0
  const left = tokensOf(a)
  const right = tokensOf(b)
  const length = Math.max(left.length, right.length)
  for (let i = 0; i < length; i++) {
    const order = compareTokens(left[i] ?? END, right[i] ?? END)
    if (order !== 0) return order
  }
  return 0
}

type Token = { rank: number; text: string }

const PRE_RELEASE = 0
const END: Token = { rank: 1, text: '' }
const TEXT = 2
const NUMBER = 3

/** A whole fleet runs a few dozen releases, and each report compares several: splitting them anew was half of a verdict. */
const KNOWN_MAX = 1_000
const known = new Map<string, readonly Token[]>()

function tokensOf(release: string): readonly Token[] {
  const before = known.get(release)
  if (before !== undefined) return before
  const tokens = (release.match(/\d+|-?[^\d-]+|-/g) ?? []).map(toToken)
  if (known.size >= KNOWN_MAX) known.clear()
  known.set(release, tokens)
  return tokens
}

function toToken(part: string): Token {
  if (/^\d/.test(part)) return { rank: NUMBER, text: part.replace(/^0+(?=\d)/, '') }
  // A candidate comes before everything, the end included. Ubuntu's mainline builds write it inside: 061000rc3.
  return { rank: /^[-~.+]?(?:rc|trunk)$/.test(part) ? PRE_RELEASE : TEXT, text: part }
}

function compareTokens(a: Token, b: Token): number {
  if (a.rank !== b.rank) return a.rank - b.rank
  // Numbers without leading zeros: the longer is larger. No Number(): a hostile release may be 255 digits long.
  if (a.rank === NUMBER && a.text.length !== b.text.length) return a.text.length - b.text.length
  if (a.text === b.text) return 0
  return a.text < b.text ? -1 : 1
}

// `*` stands for any run of characters. Matched piece by piece from the left: no regular expression, so no input makes it
// slow. Upper and lower case are the same.
import type { Pattern } from './query.ts'

/** Tells whether the whole text, or with `text` a part of it, is what was asked for. */
export type TextTest = (text: string) => boolean

/** The whole text must fit. */
export function wholeTextTest(pattern: Pattern): TextTest {
  const pieces = pattern.map((piece) => piece.toLowerCase())
  const first = pieces[0] ?? ''
  if (pieces.length === 1) return (text) => text.toLowerCase() === first
  const last = pieces.at(-1) ?? ''
  const between = pieces.slice(1, -1)
  return (text) => fits(text.toLowerCase(), first, between, last)
}

/** A part of the text must fit; with a `*` in it, the whole. */
export function partOfTextTest(pattern: Pattern): TextTest {
  const wanted = (pattern[0] ?? '').toLowerCase()
  return pattern.length === 1 ? (text) => text.toLowerCase().includes(wanted) : wholeTextTest(pattern)
}

/** The leftmost place for each piece is the best: it leaves most for the pieces behind it. */
function fits(text: string, first: string, between: readonly string[], last: string): boolean {
  const end = text.length - last.length
  if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  for (const piece of between) {
    const found = text.indexOf(piece, at)
    if (found === -1) return false
    at = found + piece.length
  }
  return at <= end
}

// Changes to a text that keep most of it: what a parser is deep inside of when something is not as it expects.
import { ODD_NUMBERS, ODD_TEXTS } from './odd-values.ts'
import type { Random } from './random.ts'

/** Longer texts take longer without finding more; one in a hundred is made long all the same. */
const GROWN_LENGTH_MAX = 64 * 1024

type Change = (text: string, random: Random) => string

const CHANGES: readonly Change[] = [
  (text, random) => insert(text, random.below(text.length + 1), random.pick(ODD_TEXTS)),
  (text, random) => insert(text, random.below(text.length + 1), oddCharacter(random)),
  (text, random) => replaceCharacter(text, random.below(text.length), oddCharacter(random)),
  (text, random) => text.slice(0, random.below(text.length)),
  (text, random) => text.slice(random.below(text.length)),
  (text, random) => cut(text, random.below(text.length), 1 + random.below(20)),
  (text, random) => repeatPart(text, random),
  (text, random) => changeLines(text, random),
  (text, random) => replaceNumber(text, random),
  (text, random) => replaceWord(text, random),
]

/** `text` after one to four changes. */
export function mutateText(text: string, random: Random): string {
  let changed = text
  for (let left = 1 + random.below(4); left > 0; left--) changed = random.pick(CHANGES)(changed, random)
  return changed.slice(0, 4 * GROWN_LENGTH_MAX)
}

function insert(text: string, at: number, what: string): string {
  return text.slice(0, at) + what + text.slice(at)
}

function cut(text: string, at: number, length: number): string {
  return text.slice(0, at) + text.slice(at + length)
}

function replaceCharacter(text: string, at: number, by: string): string {
  return text.slice(0, at) + by + text.slice(at + 1)
}

function oddCharacter(random: Random): string {
  return String.fromCharCode(random.chance(0.7) ? random.below(128) : random.below(65_536))
}

function repeatPart(text: string, random: Random): string {
  const at = random.below(text.length)
  const part = text.slice(at, at + 1 + random.below(200))
  if (part === '') return text
  const times = random.chance(0.05) ? GROWN_LENGTH_MAX / part.length : 2 + random.below(5)
  return insert(text, at, part.repeat(times))
}

/** Lines change places, are dropped, or come twice: a file read while somebody rewrites it. */
function changeLines(text: string, random: Random): string {
  const lines = text.split('\n')
  const [one, other] = [random.below(lines.length), random.below(lines.length)]
  const kind = random.below(3)
  if (kind === 0) lines.splice(one, 1)
  else if (kind === 1) lines.splice(one, 0, lines[other] ?? '')
  else [lines[one], lines[other]] = [lines[other] ?? '', lines[one] ?? '']
  return lines.join('\n')
}

function replaceNumber(text: string, random: Random): string {
  const numbers = [...text.matchAll(/\d+/g)]
  if (numbers.length === 0) return text
  const { index, 0: digits } = random.pick(numbers)
  return text.slice(0, index) + String(random.pick(ODD_NUMBERS)) + text.slice(index + digits.length)
}

function replaceWord(text: string, random: Random): string {
  const words = [...text.matchAll(/[^\s:=,"{}[\]]+/g)]
  if (words.length === 0) return text
  const { index, 0: word } = random.pick(words)
  const by = random.chance(0.5) ? random.pick(ODD_TEXTS) : random.pick(words)[0]
  return text.slice(0, index) + by + text.slice(index + word.length)
}

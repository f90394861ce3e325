// How many columns of a terminal a text takes (Unicode TR 11), and how it is shortened to fewer.

/** Scripts and signs drawn two columns wide; near enough for names, which are mostly ASCII. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u
const ZERO = /[\p{Mn}\p{Me}]/u
const ONLY_ASCII = /^[\x20-\x7e]*$/

export function widthOf(text: string): number {
  if (ONLY_ASCII.test(text)) return text.length
  let width = 0
  for (const character of text) width += widthOfCharacter(character)
  return width
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** Names differ at both ends (`web-03.fra.example.com`), sentences at their beginning. */
export function shorten(text: string, width: number, keep: 'both-ends' | 'start'): string {
  if (widthOf(text) <= width) return text
  if (width <= 1) return '…'.slice(0, width)
  const tail = keep === 'start' ? 0 : Math.floor((width - 1) / 2)
  return `${head(text, width - 1 - tail)}…${tail === 0 ? '' : reversed(head(reversed(text), tail))}`
}

function head(text: string, width: number): string {
  let taken = ''
  let left = width
  for (const character of text) {
    left -= widthOfCharacter(character)
    if (left < 0) break
    taken += character
  }
  return taken
}

function reversed(text: string): string {
  return Array.from(text).toReversed().join('')
}

function widthOfCharacter(character: string): number {
  if (ZERO.test(character)) return 0
  return WIDE.test(character) ? 2 : 1
}

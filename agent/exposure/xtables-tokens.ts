// One line of an iptables dump to words: quotes hold words together, a backslash takes the next sign as it is. Pure.

export type Token = { text: string; isQuoted: boolean }

/** Null: a quote that never ends. */
export function tokensOf(line: string): Token[] | null {
  const tokens: Token[] = []
  let at = 0
  while (at < line.length) {
    if (line[at] === ' ') {
      at += 1
      continue
    }
    const word = line[at] === '"' ? quoted(line, at) : plain(line, at)
    if (word === null) return null
    tokens.push(word.token)
    at = word.end
  }
  return tokens
}

function plain(line: string, start: number): { token: Token; end: number } {
  const space = line.indexOf(' ', start)
  const end = space === -1 ? line.length : space
  return { token: { text: line.slice(start, end), isQuoted: false }, end }
}

function quoted(line: string, start: number): { token: Token; end: number } | null {
  let text = ''
  for (let at = start + 1; at < line.length; at += 1) {
    const sign = line[at]
    if (sign === '"') return { token: { text, isQuoted: true }, end: at + 1 }
    if (sign === '\\') at += 1
    text += line[at] ?? ''
  }
  return null
}

// The term of a query that the caret stands in, and what may stand there. Pure: a test runs it without a browser.

/**
 * { start, end, sign, key, head, part } of the term around `caret`. `key` is null before a colon; `head` are the values
 * before the one being written, with their commas; `part` is that value, without quotes.
 */
export function termAt(text, caret) {
  let start = 0
  let isQuoted = false
  for (let at = 0; at < caret; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') isQuoted = !isQuoted
    else if (!isQuoted && /\s/.test(text[at])) start = at + 1
  }
  const rest = /^[^\s]*/.exec(text.slice(caret))[0]
  const end = isQuoted ? caret : caret + rest.length
  const written = text.slice(start, caret)
  const sign = written.startsWith('-') ? '-' : ''
  const colon = written.indexOf(':')
  if (colon === -1) return { start, end, sign, key: null, head: '', part: written.slice(sign.length) }
  const values = written.slice(colon + 1)
  const comma = isQuoted ? values.lastIndexOf(',', values.lastIndexOf('"')) : values.lastIndexOf(',')
  const part = values.slice(comma + 1).replaceAll('"', '')
  return { start, end, sign, key: written.slice(sign.length, colon), head: values.slice(0, comma + 1), part }
}

/** The text with `value` in the place of what was being written, and where the caret is then. */
export function withValue(text, term, value) {
  const written = `${term.sign}${term.key}:${term.head}${quoted(value)} `
  return replaced(text, term, written)
}

/** The text with a key in it, ready for its value. */
export function withKey(text, term, key) {
  return replaced(text, term, `${term.sign}${key}:`)
}

/** The query without the term being written: what the counts of its values are among. */
export function textWithout(text, term) {
  return `${text.slice(0, term.start).trim()} ${text.slice(term.end).trim()}`.trim()
}

/** Those that begin with what is written before those that have it inside, at most `max`. */
export function fitting(items, part, textOf, max) {
  const wanted = part.toLowerCase()
  const places = items.map((item) => ({ item, place: textOf(item).toLowerCase().indexOf(wanted) }))
  const found = places.filter(({ place }) => place !== -1)
  found.sort((a, b) => Number(a.place > 0) - Number(b.place > 0))
  return found.slice(0, max).map(({ item }) => item)
}

/** A term that selects the servers of these names and no others. */
export function nameTerm(names) {
  return `name:${names.map(quoted).join(',')}`
}

/** As a POSIX shell reads it as one word. */
export function shellWord(text) {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

function replaced(text, { start, end }, written) {
  const behind = text.slice(end).replace(/^\s+/, '')
  return { text: text.slice(0, start) + written + behind, caret: start + written.length }
}

/** As the query language writes it: in quotes where it would read otherwise. */
export function quoted(value) {
  return /["\s,:*\\]|^-/.test(value) ? `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"` : value
}

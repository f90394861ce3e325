// Rules quoted for people: names in them are whatever somebody typed. Pure.

/** A rule as it is quoted. Made when it is asked for: of a hundred thousand rules a handful are. */
export type Quote = () => string

const LENGTH_MAX = 300
/** Control, format and separator characters: Unicode's general categories. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** One line, at most 300 characters; control and direction characters are shown as codes. */
export function quoted(text: string): string {
  const clean = text.replaceAll(UNSEEN, codeOf).toWellFormed()
  return clean.length <= LENGTH_MAX ? clean : `${clean.slice(0, LENGTH_MAX - 1)}…`.toWellFormed()
}

function codeOf(sign: string): string {
  return `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
}

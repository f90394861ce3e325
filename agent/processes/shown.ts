// Names that processes and files gave themselves, for people: one line, cut, with nothing that steers a terminal. Pure.

/** Control, format and separator characters: Unicode's general categories. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** At least one character, at most `lengthMax`. */
export function shown(name: string, lengthMax: number): string {
  const clean = name.toWellFormed().replaceAll(UNSEEN, '\uFFFD')
  return (clean.length <= lengthMax ? clean : `${clean.slice(0, lengthMax - 1)}…`).toWellFormed() || '?'
}

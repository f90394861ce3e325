// Text from files others write, cut to what a report may hold and freed of what no reader expects.
import { TEXT_LENGTH_MAX } from '../../shared/protocol/limits.ts'

/** At most `length` UTF-16 units, no control characters, no half of a surrogate pair at the cut. */
export function plainText(text: string, length: number = TEXT_LENGTH_MAX): string {
  // oxlint-disable-next-line no-control-regex -- a NUL or ESC in a name is an attack or an accident
  const printable = text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\uFFFD')
  return printable.length <= length ? printable : `${printable.slice(0, length - 1)}…`.toWellFormed()
}

/** First line without surrounding blanks; null when there is none. */
export function firstLine(text: string, length: number = TEXT_LENGTH_MAX): string | null {
  const line =
    text
      .trimStart()
      .split(/[\r\n]/, 1)[0]
      ?.trimEnd() ?? ''
  return line === '' ? null : plainText(line, length)
}

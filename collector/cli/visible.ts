// Names are other people's text. A control character could move the cursor and rewrite what a terminal shows; a bidi
// mark could turn a line around. They are written out, never sent (Unicode TR 36, "Visual spoofing").

/** Controls (C0, C1, DEL), format characters (bidi, zero width, tags), line and paragraph separators, lone surrogates. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu
/** The same inside a JSON text, whose own line breaks are layout. */
const INVISIBLE_IN_JSON = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** ESC becomes \x1b, a bidi override \u202e; everything else stays. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    const code = character.codePointAt(0) ?? 0
    if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`
    return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`
  })
}

/** The same for text of several lines whose breaks are meant, e.g. a body that is shown as it came. */
export function visibleLines(text: string): string {
  return text.split(/\r?\n/).map(visible).join('\n')
}

/** The same value as JSON.stringify gives, in ASCII escapes where a terminal could be steered. */
export function safeJson(value: unknown, indent = 0): string {
  return (JSON.stringify(value, null, indent) ?? 'null').replace(INVISIBLE_IN_JSON, (character) =>
    // By UTF-16 units: JSON knows no longer escape.
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  )
}

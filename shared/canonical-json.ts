// RFC 8785 (JSON Canonicalization Scheme): one byte sequence for one value, so that both sides compute the same digest.
// Numbers and strings already follow the RFC in ECMAScript's own JSON.stringify; what is left is the order of the keys.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/** Canonical text of `value`. Keys whose value is undefined are left out, as JSON.stringify does. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  return Array.isArray(value) ? canonicalArray(value) : canonicalObject(value as Record<string, Json | undefined>)
}

// Every report is digested on both sides: text is appended in one pass, with no array of parts to join.

function canonicalArray(value: readonly Json[]): string {
  // Nothing to sort in a list of texts, and a list of packages has thousands.
  if (value.every((item) => typeof item === 'string')) return JSON.stringify(value)
  let text = ''
  for (const item of value) text += text === '' ? canonicalJson(item) : `,${canonicalJson(item)}`
  return `[${text}]`
}

function canonicalObject(value: Record<string, Json | undefined>): string {
  let text = ''
  // RFC 8785 section 3.2.3 sorts by UTF-16 code units, which is what Array.prototype.sort does with strings.
  for (const key of Object.keys(value).sort()) {
    const member = value[key]
    if (member === undefined) continue
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`
  }
  return `{${text}}`
}

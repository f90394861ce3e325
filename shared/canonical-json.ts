// RFC 8785 (JSON Canonicalization Scheme): one byte sequence for one value, so that both sides compute the same digest.
// Numbers and strings already follow the RFC in ECMAScript's own JSON.stringify; what is left is the order of the keys.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/** Canonical text of `value`. Keys whose value is undefined are left out, as JSON.stringify does. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (value !== null && typeof value === 'object') return canonicalObject(value as Record<string, Json | undefined>)
  return JSON.stringify(value)
}

function canonicalObject(value: Record<string, Json | undefined>): string {
  const members: string[] = []
  // RFC 8785 section 3.2.3 sorts by UTF-16 code units, which is what Array.prototype.sort does with strings.
  for (const key of Object.keys(value).sort()) {
    const member = value[key]
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(member)}`)
  }
  return `{${members.join(',')}}`
}

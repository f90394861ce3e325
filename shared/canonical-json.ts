// RFC 8785 (JSON Canonicalization Scheme): one byte sequence for one value, so that both sides compute the same digest.
// Numbers and strings already follow the RFC in ECMAScript's own JSON.stringify; what is left is the order of the keys.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

const DIGIT_0 = 0x30
const DIGIT_9 = 0x39

/** Canonical text of `value`. Keys whose value is undefined are left out, as JSON.stringify does. */
export function canonicalJson(value: Json): string {
  // Put in order and written in one go: every report is digested on both sides, and text put together key by key takes
  // a third longer.
  const ordered = inOrder(value)
  return ordered === undefined ? spelled(value) : JSON.stringify(ordered)
}

/** The same with its keys in order; undefined where an object would not keep them in that order. */
function inOrder(value: Json): Json | undefined {
  if (value === null || typeof value !== 'object') return value
  return Array.isArray(value) ? listInOrder(value) : objectInOrder(value as Record<string, Json | undefined>)
}

function listInOrder(list: readonly Json[]): Json | undefined {
  // Nothing to sort in a list of texts, and a list of packages has thousands.
  if (list.every((item) => typeof item === 'string')) return list
  const ordered: Json[] = []
  for (const item of list) {
    const one = inOrder(item)
    if (one === undefined) return undefined
    ordered.push(one)
  }
  return ordered
}

function objectInOrder(object: Record<string, Json | undefined>): Json | undefined {
  const ordered: Record<string, Json> = {}
  for (const key of sortedKeys(object)) {
    const member = object[key]
    if (member === undefined) continue
    const one = keepsPlace(key) ? inOrder(member) : undefined
    if (one === undefined) return undefined
    ordered[key] = one
  }
  return ordered
}

/** RFC 8785 section 3.2.3 sorts by UTF-16 code units, which is what Array.prototype.sort does with strings. */
function sortedKeys(object: object): string[] {
  return Object.keys(object).sort()
}

/** Keys that are numbers come first in every object, and this other one is no key like others. */
function keepsPlace(key: string): boolean {
  const first = key.charCodeAt(0)
  return !(first >= DIGIT_0 && first <= DIGIT_9) && key !== '__proto__'
}

function spelled(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(spelled).join(',')}]`
  const object = value as Record<string, Json | undefined>
  const members = sortedKeys(object).flatMap((key) => {
    const member = object[key]
    return member === undefined ? [] : [`${JSON.stringify(key)}:${spelled(member)}`]
  })
  return `{${members.join(',')}}`
}

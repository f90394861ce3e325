// What a tool printed as JSON is unknown until asked. Pure.

export type JsonObject = Readonly<Record<string, unknown>>

/** Null for what is no JSON, or no object. */
export function objectIn(printed: string): JsonObject | null {
  try {
    const value = JSON.parse(printed) as unknown
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Null where there is no text under that key, or an empty one. */
export function textIn(object: JsonObject, key: string): string | null {
  const value = object[key]
  return typeof value === 'string' && value !== '' ? value.slice(0, TEXT_LENGTH_MAX) : null
}

const TEXT_LENGTH_MAX = 255

// Looking into JSON that somebody else's program printed: what is not of the expected kind is not there. Pure.

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** Null where it has a key that is not listed: what that says is not known, so neither is the rest. */
export function knownRecord(value: unknown, keys: readonly string[]): Record<string, unknown> | null {
  return isRecord(value) && Object.keys(value).every((key) => keys.includes(key)) ? value : null
}

/** The one key of an object like {"accept": null}, with its value. */
export function onlyEntry(value: unknown): [string, unknown] | null {
  if (!isRecord(value)) return null
  const [key, ...more] = Object.keys(value)
  return key === undefined || more.length > 0 ? null : [key, value[key]]
}

// The few lines of checking the agent does itself: what comes from a file or the network is unknown until asked.

export type UnknownRecord = Readonly<Record<string, unknown>>

export function isRecord(value: unknown): value is UnknownRecord {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

export function isText(value: unknown): value is string {
  return typeof value === 'string'
}

/** JSON.parse with an answer whose type says that nothing is known. Throws SyntaxError. */
export function parseJson(text: string): unknown {
  return JSON.parse(text)
}

// Query parameters: read by name, everything else refused by name. A filter that is silently ignored answers a question
// nobody asked.
import { ProblemError } from './problem.ts'

export type Query = Readonly<Record<string, unknown>>

/** Throws a 400 problem for a parameter that is not `known`, or given twice. */
export function requireKnownParameters(query: Query, known: readonly string[]): void {
  for (const [name, value] of Object.entries(query)) {
    if (!known.includes(name)) throw badParameter(name, `is not known here; known are ${known.join(', ') || 'none'}`)
    if (typeof value !== 'string') throw badParameter(name, 'is given more than once')
  }
}

export function badParameter(name: string, detail: string): ProblemError {
  return new ProblemError('invalid-query', {
    detail: `The query parameter "${name}" ${detail}.`,
    errors: [{ pointer: `#/${name}`, detail }],
  })
}

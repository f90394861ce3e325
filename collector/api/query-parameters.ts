// Query parameters, declared once as a schema: it checks them, types them, and stands in openapi.json.
import Type from 'typebox'
import { badParameter, requireKnownParameters, type Query } from './query.ts'

type Declared = { type?: string; enum?: readonly string[]; pattern?: string; minimum?: number; maximum?: number }

/** For a route that takes none: a filter that is silently ignored answers a question nobody asked. */
export const NO_PARAMETERS = Type.Object({})

/** Page of a list. The cursor is the nextCursor of the page before. */
export const PAGE_PARAMETERS = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1_000, default: 100, description: 'How many at most', examples: [100] }),
  ),
  cursor: Type.Optional(Type.String({ description: 'nextCursor of the answer before' })),
}
export const PAGE_DEFAULT = 100

/** A Fastify validator: the parameters by name with numbers read, or a 400 problem that names the parameter. */
export function queryValidatorFor(schema: unknown): (query: unknown) => { value: Query } | { error: Error } {
  const { properties } = schema as { properties: Record<string, Declared> }
  const known = Object.keys(properties)
  return (given) => {
    try {
      const query = given as Query
      requireKnownParameters(query, known)
      const read = known.flatMap((name) => {
        const text = query[name]
        return typeof text === 'string' ? [[name, readParameter(name, text, properties[name] ?? {})]] : []
      })
      return { value: Object.fromEntries(read) as Query }
    } catch (error) {
      return { error: error as Error }
    }
  }
}

function readParameter(name: string, text: string, declared: Declared): string | number {
  if (declared.type === 'integer') return readInteger(name, text, declared)
  if (declared.enum !== undefined && !declared.enum.includes(text)) {
    throw badParameter(name, `must be ${declared.enum.join(' or ')}`)
  }
  if (declared.pattern !== undefined && !new RegExp(declared.pattern).test(text)) {
    throw badParameter(name, `must match ${declared.pattern}`)
  }
  return text
}

function readInteger(name: string, text: string, { minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: Declared): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (value >= minimum && value <= maximum) return value
  throw badParameter(name, `must be a whole number from ${minimum} to ${maximum}`)
}

// Keeps of a section what its schema names. Keys we do not know are no error, since newer agents say more, but they are
// not stored either: one host could otherwise fill the collector's memory with 4 MiB of its own invention.
import type { TSchema } from 'typebox'

/** The part of JSON Schema that the sections use. */
type Schema = {
  properties?: Readonly<Record<string, Schema>>
  items?: Schema
  anyOf?: readonly Schema[]
}
type Keep = (value: unknown) => unknown

const keepAll: Keep = (value) => value

/** Returns the value itself where nothing is left out. The value must have passed the schema. */
export function keepKnownKeys(schema: TSchema): Keep {
  return keepOf(schema)
}

function keepOf(schema: Schema): Keep {
  if (schema.properties !== undefined) return keepOfObject(schema.properties)
  if (schema.items !== undefined) return keepOfList(keepOf(schema.items))
  if (schema.anyOf !== undefined) return keepOfEither(schema.anyOf)
  return keepAll
}

function keepOfObject(properties: Readonly<Record<string, Schema>>): Keep {
  const keeps = new Map(Object.entries(properties).map(([key, schema]) => [key, keepOf(schema)]))
  return (value) => {
    const members = Object.entries(value as object)
    const kept: [string, unknown][] = []
    let isSame = true
    for (const [key, member] of members) {
      const keep = keeps.get(key)
      const part = keep?.(member)
      if (keep !== undefined) kept.push([key, part])
      isSame &&= keep !== undefined && part === member
    }
    return isSame ? value : Object.fromEntries(kept)
  }
}

function keepOfList(keep: Keep): Keep {
  if (keep === keepAll) return keepAll
  return (value) => {
    const items = value as unknown[]
    const kept = items.map(keep)
    return kept.every((item, index) => item === items[index]) ? items : kept
  }
}

/** The sections know one kind of choice: something, or null. */
function keepOfEither(schemas: readonly Schema[]): Keep {
  const keep = schemas.map(keepOf).find((one) => one !== keepAll) ?? keepAll
  return keep === keepAll ? keepAll : (value) => (value === null ? null : keep(value))
}

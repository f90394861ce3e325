// An example that fits its schema, made from the schema: so that no example can be forgotten, or grow old.

export type JsonSchema = {
  type?: string | readonly string[]
  examples?: readonly unknown[]
  default?: unknown
  const?: unknown
  enum?: readonly unknown[]
  anyOf?: readonly JsonSchema[]
  properties?: Readonly<Record<string, JsonSchema>>
  required?: readonly string[]
  items?: JsonSchema
  minItems?: number
  minimum?: number
  minLength?: number
  additionalProperties?: unknown
}

/** The schema's own example where it has one. Of a choice the first; of optional properties all. */
export function exampleOf(schema: JsonSchema): unknown {
  if (schema.examples?.[0] !== undefined) return schema.examples[0]
  if (schema.default !== undefined) return schema.default
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  if (schema.anyOf?.[0] !== undefined) return exampleOf(schema.anyOf[0])
  return plainExampleOf(schema)
}

function plainExampleOf(schema: JsonSchema): unknown {
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'object':
      return objectExampleOf(schema)
    case 'array':
      return schema.items === undefined ? [] : [exampleOf(schema.items)]
    case 'string':
      return 'text'.padEnd(schema.minLength ?? 0, '-')
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, 1)
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return 'anything'
  }
}

function objectExampleOf({ properties = {} }: JsonSchema): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, exampleOf(property)]))
}

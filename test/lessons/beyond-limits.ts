// Values one beyond each limit of a schema, made from the schema itself: a new field is covered the day it is added.
import type Type from 'typebox'

export type BeyondLimit = { pointer: string; limit: string; body: unknown }

type Schema = {
  type?: string
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  patternProperties?: Record<string, Schema>
  items?: Schema
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  maxItems?: number
  maxProperties?: number
  pattern?: string
}

/** `valid` must hold something at every place of the schema that is to be covered. */
export function beyondLimitsOf(schema: Type.TSchema, valid: unknown): BeyondLimit[] {
  const found: BeyondLimit[] = []
  walk(schema, valid, [], (path, limit, value) => {
    found.push({ pointer: `#${path.map((key) => `/${key}`).join('')}`, limit, body: replaced(valid, path, value) })
  })
  return found
}

type See = (path: readonly string[], limit: string, value: unknown) => void

function walk(schema: Schema, value: unknown, path: readonly string[], see: See): void {
  for (const branch of schema.anyOf ?? [schema]) {
    for (const [limit, wrong] of beyond(branch, value)) see(path, limit, wrong)
    if (value === null || typeof value !== 'object') continue
    for (const [key, member] of Object.entries(branch.properties ?? {})) {
      if (key in value) walk(member, (value as Record<string, unknown>)[key], [...path, key], see)
    }
    if (branch.items !== undefined && Array.isArray(value) && value.length > 0) {
      walk(branch.items, value[0], [...path, '0'], see)
    }
  }
}

/** Only limits of the kind the value is of: a union's other branches are other limits. */
function beyond(schema: Schema, value: unknown): [string, unknown][] {
  const found: [string, unknown][] = []
  const { minLength, maxLength, minimum, maximum, maxItems, maxProperties, pattern } = schema
  if (typeof value === 'string' && schema.type === 'string') {
    if (maxLength !== undefined) found.push(['maxLength', 'x'.repeat(maxLength + 1)])
    if (minLength !== undefined && minLength > 0) found.push(['minLength', 'x'.repeat(minLength - 1)])
    if (pattern !== undefined) found.push(['pattern', `${value}\n`], ['pattern', `${value}\nx`])
  }
  if (typeof value === 'number' && (schema.type === 'integer' || schema.type === 'number')) {
    if (maximum !== undefined) found.push(['maximum', maximum + Math.max(1, maximum * 2 ** -52)])
    if (minimum !== undefined) found.push(['minimum', minimum - Math.max(1, Math.abs(minimum) * 2 ** -52)])
    if (schema.type === 'integer') found.push(['integer', value + 0.5])
  }
  if (Array.isArray(value) && value.length > 0 && maxItems !== undefined) {
    found.push(['maxItems', Array.from({ length: maxItems + 1 }, () => value[0] as unknown)])
  }
  if (schema.type === 'object' && maxProperties !== undefined) {
    const keys = Array.from({ length: maxProperties + 1 }, (_, index) => [`k${index}`, 'v'])
    found.push(['maxProperties', Object.fromEntries(keys)])
  }
  return found
}

function replaced(value: unknown, path: readonly string[], by: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return by
  if (Array.isArray(value)) return value.map((item, at) => (String(at) === key ? replaced(item, rest, by) : item))
  const record = value as Record<string, unknown>
  return { ...record, [key]: replaced(record[key], rest, by) }
}

// Wrong types for every field of a schema: each place of a valid value replaced by each kind of JSON it may not hold.
import type Type from 'typebox'
import { escapePointer } from '../../collector/api/scan-json.ts'

export const JSON_KINDS: Readonly<Record<string, unknown>> = {
  null: null,
  true: true,
  false: false,
  number: 7,
  string: 'seven',
  array: [],
  object: {},
}

/** `pointer` names the place; `body` is the valid value with `kind` there instead. */
export type WrongType = { pointer: string; kind: string; body: unknown }

type Schema = {
  type?: string
  const?: unknown
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  items?: Schema
  patternProperties?: Record<string, Schema>
}

export function wrongTypesOf(schema: Type.TSchema, valid: unknown): WrongType[] {
  const found: WrongType[] = []
  walk(schema, valid, [], (path, allowed) => {
    for (const [kind, value] of Object.entries(JSON_KINDS)) {
      if (allowed.has(kindOf(value))) continue
      found.push({ pointer: pointerOf(path), kind, body: replaced(valid, path, value) })
    }
  })
  return found
}

function walk(schema: Schema, value: unknown, path: string[], visit: (path: string[], allowed: Set<string>) => void) {
  const branches = schema.anyOf ?? [schema]
  visit(path, new Set(branches.map(kindOfSchema)))
  for (const branch of branches) {
    if (branch.properties !== undefined && isObject(value)) {
      for (const [key, member] of Object.entries(branch.properties)) walk(member, value[key], [...path, key], visit)
    }
    const values = Object.values(branch.patternProperties ?? {})[0]
    if (values !== undefined && isObject(value)) {
      for (const key of Object.keys(value)) walk(values, value[key], [...path, key], visit)
    }
    if (branch.items !== undefined && Array.isArray(value) && value.length > 0) {
      walk(branch.items, value[0], [...path, '0'], visit)
    }
  }
}

function kindOfSchema(schema: Schema): string {
  if ('const' in schema) return kindOf(schema.const)
  return schema.type === 'integer' ? 'number' : (schema.type ?? 'object')
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function replaced(value: unknown, path: readonly string[], by: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return by
  if (Array.isArray(value)) return value.map((item, index) => (String(index) === key ? replaced(item, rest, by) : item))
  const record = isObject(value) ? value : {}
  return { ...record, [key]: replaced(record[key], rest, by) }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

function pointerOf(path: readonly string[]): string {
  return `#${path.map((key) => `/${escapePointer(key)}`).join('')}`
}

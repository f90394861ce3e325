// An nft rule as a person would write it, as far as that is short; the handle finds it with `nft -a list`. Pure.
import { isRecord, listOf, onlyEntry, textOf } from './json-values.ts'

export function ruleText(
  { family, table, chain, handle }: Record<string, unknown>,
  expressions: readonly unknown[],
): string {
  const body = expressions.map(statementText).filter(Boolean).join(' ')
  const where = [family, table, chain].map((part) => textOf(part) ?? '?').join(' ')
  return `${where}: ${body}${typeof handle === 'number' ? ` # handle ${handle}` : ''}`
}

function statementText(statement: unknown): string {
  const [name, value] = onlyEntry(statement) ?? ['', statement]
  if (name === 'match') return matchText(value)
  if (name === 'counter') return ''
  if (name === 'vmap' && isRecord(value)) return `${valueText(value['key'])} vmap ${valueText(value['data'])}`
  if (name === 'jump' || name === 'goto') return `${name} ${isRecord(value) ? valueText(value['target']) : ''}`
  if (name === 'dnat' || name === 'redirect') return `${name}${isRecord(value) ? ` to ${targetText(value)}` : ''}`
  if (name === 'mangle' && isRecord(value)) return `${valueText(value['key'])} set ${valueText(value['value'])}`
  if (name === 'xt' && isRecord(value)) return `xt ${textOf(value['type'])} ${textOf(value['name'])}`
  return name
}

function matchText(match: unknown): string {
  if (!isRecord(match)) return 'match'
  const op = match['op'] === '==' || match['op'] === 'in' ? '' : `${textOf(match['op'])} `
  return `${valueText(match['left'])} ${op}${valueText(match['right'])}`
}

function targetText({ addr, port }: Record<string, unknown>): string {
  return `${addr === undefined ? '' : valueText(addr)}${port === undefined ? '' : `:${valueText(port)}`}`
}

function valueText(value: unknown): string {
  if (Array.isArray(value))
    return value.length > SHOWN ? `{ ${value.length} elements }` : value.map(valueText).join(', ')
  if (!isRecord(value)) return String(value)
  const [name, inner] = onlyEntry(value) ?? ['', null]
  if (name === 'payload' && isRecord(inner)) return `${valueText(inner['protocol'])} ${valueText(inner['field'])}`
  if (name === 'meta' && isRecord(inner)) return `meta ${valueText(inner['key'])}`
  if (name === 'ct' && isRecord(inner)) return `ct ${valueText(inner['key'])}`
  if (name === 'fib' && isRecord(inner))
    return `fib ${listOf(inner['flags']).join(' . ')} ${valueText(inner['result'])}`
  if (name === 'prefix' && isRecord(inner)) return `${valueText(inner['addr'])}/${valueText(inner['len'])}`
  if (name === 'range') return listOf(inner).map(valueText).join('-')
  if (name === 'set') return `{ ${valueText(inner)} }`
  if (name === 'concat') return listOf(inner).map(valueText).join(' . ')
  if (name === '&' || name === '|') return listOf(inner).map(valueText).join(` ${name} `)
  if (name === 'elem' && isRecord(inner)) return valueText(inner['val'])
  return name === '' ? JSON.stringify(value).slice(0, 80) : inner === null ? name : `${name} ${valueText(inner)}`
}
const SHOWN = 8

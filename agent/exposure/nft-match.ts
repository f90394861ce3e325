// The conditions of nft rules: {"match": {"op", "left", "right"}}, libnftables-json(5). Pure.
import type { AddressTypes } from './address-type.ts'
import { address, condition, markIs, NEVER, opaque, port, TCP_FLAGS, tcpFlags } from './conditions.ts'
import { isRecord, listOf, numberOf, textOf } from './json-values.ts'
import { addressRanges, numberRanges } from './nft-elements.ts'
import type { Field } from './nft-concat.ts'
import { comparedNumbers, fieldOf } from './nft-fields.ts'
import { unionOf, type Ranges } from './ranges.ts'
import type { Condition } from './ruleset.ts'
import { not } from './truth.ts'

/** Elements of named sets of the table; null for a set that is not there, or that rules fill while packets pass. */
export type NftContext = {
  types: AddressTypes
  elementsOf: (name: string) => readonly unknown[] | null
  /** Conditions already made: thousands of rules ask the same. */
  known: Map<string, Condition>
}

export function matchCondition(match: unknown, context: NftContext): Condition {
  if (!isRecord(match)) return opaque('match')
  // Senders are asked for once each.
  if (headerOf(match['left']) === 'ip saddr' && textOf(match['right'])?.startsWith('@') !== true)
    return newCondition(match, context)
  const key = JSON.stringify(match)
  const made = context.known.get(key) ?? newCondition(match, context)
  context.known.set(key, made)
  return made
}

const KNOWN_OF_MATCH = new Set(['op', 'left', 'right'])

function newCondition(match: Record<string, unknown>, context: NftContext): Condition {
  const { op, left, right } = match
  if (Object.keys(match).some((key) => !KNOWN_OF_MATCH.has(key))) return opaque('a match that is not understood')
  const masked = isRecord(left) ? listOf(left['&']) : []
  if (masked.length === 2) return maskedCondition(masked, textOf(op) ?? '', right)
  const header = headerOf(left)
  if (header === 'tcp flags') return flagsCondition(0xff, op, right)
  const elements = elementsFor(textOf(op) ?? '', right, context)
  if (elements === null) return opaque(nameOf(left, right))
  const usual = sendersCondition(header, elements, op === '!=') ?? portCondition(header, elements, op === '!=')
  if (usual !== null) return usual
  const field = fieldOf(left, context.types)
  if (field === null) return opaque(nameOf(left, right))
  return amongCondition(field, elements, { negated: op === '!=', key: keyOf(match, right) })
}

/** Does the expression ask for one of these senders? Null: for something else, or it is not understood. */
export function sendersAmong(expression: unknown, elements: readonly unknown[]): Condition | null {
  return sendersCondition(headerOf(expression), elements, false)
}

/** In the form that lets long runs of such rules be joined. Null: about something else, or not understood. */
function sendersCondition(header: string | null, elements: readonly unknown[], negated: boolean): Condition | null {
  const family = header === 'ip saddr' ? 4 : header === 'ip6 saddr' ? 6 : null
  if (family === null) return null
  const sets: Ranges[] = []
  for (const element of elements) {
    const set = addressRanges(element, family)
    if (set === null) return null
    sets.push(set)
  }
  return address('source', family, unionOf(sets), negated)
}

/** The question most rules ask: without the layers between, a long chain is walked in half the time. */
function portCondition(header: string | null, elements: readonly unknown[], negated: boolean): Condition | null {
  const protocol = header === 'tcp dport' ? 'tcp' : header === 'udp dport' ? 'udp' : null
  if (protocol === null) return null
  const sets = elements.map(numberRanges).filter((set) => set !== null)
  return sets.length === elements.length ? port('destination', protocol, unionOf(sets), negated) : null
}

/** Is what `field` reads among `elements`? */
export function amongCondition(
  field: Field,
  elements: readonly unknown[],
  { negated, key }: { negated: boolean; key: string | null },
): Condition {
  const test = field.among(elements)
  if (test === null) return opaque('an element that is not understood')
  return condition(key, (packet) => {
    if (!field.applies(packet)) return false
    if (field.isAbsent?.(packet) === true) return negated ? 'unknown' : false
    const truth = test(packet)
    return negated ? not(truth, packet.family) : truth
  })
}

/** Contents of a named set are no part of the rule's text, and chance decides anew each time. */
function keyOf(match: Record<string, unknown>, right: unknown): string | null {
  if (textOf(right)?.startsWith('@') === true) return null
  const key = JSON.stringify(match)
  return key.includes('"numgen"') ? null : key
}

function elementsFor(op: string, right: unknown, { elementsOf }: NftContext): readonly unknown[] | null {
  if (['<', '<=', '>', '>='].includes(op)) {
    const compared = comparedNumbers(op, right)
    return compared === null ? null : [compared]
  }
  if (!['==', '!=', 'in'].includes(op)) return null
  const name = textOf(right)
  if (name?.startsWith('@') === true) return elementsOf(name.slice(1))
  if (isRecord(right) && right['set'] !== undefined) return Array.isArray(right['set']) ? right['set'] : [right['set']]
  return Array.isArray(right) ? right : [right]
}

function nameOf(left: unknown, right: unknown): string {
  const set = textOf(right)
  return set?.startsWith('@') === true ? `set ${set}` : JSON.stringify(left).slice(0, 80)
}

function maskedCondition([value, mask]: readonly unknown[], op: string, right: unknown): Condition {
  const negated = op === '!='
  if (op !== '==' && !negated) return opaque('a masked comparison')
  if (headerOf(value) === 'tcp flags') return flagsCondition(flagBits(mask), op, right)
  const kind = markKind(value)
  const [bits, wanted] = [numberOf(mask), numberOf(right)]
  if (kind !== null && bits !== null && wanted !== null) return markIs(kind, wanted, bits, negated)
  // A first packet is no fragment.
  if (headerOf(value) === 'ip frag-off' && wanted === 0 && negated) return NEVER
  return opaque('a masked comparison')
}

export function markKind(value: unknown): 'mark' | 'ctMark' | null {
  if (!isRecord(value)) return null
  if (isRecord(value['meta']) && value['meta']['key'] === 'mark') return 'mark'
  return isRecord(value['ct']) && value['ct']['key'] === 'mark' ? 'ctMark' : null
}

/** "ip saddr"; null where it is no field of a header, or one with more to it. */
function headerOf(value: unknown): string | null {
  const payload = isRecord(value) ? value['payload'] : null
  if (!isRecord(payload) || Object.keys(payload).length !== 2) return null
  return `${textOf(payload['protocol'])} ${textOf(payload['field'])}`
}

/** "in": any of the bits; "==": exactly these of the masked ones. */
function flagsCondition(mask: number | null, op: unknown, right: unknown): Condition {
  const wanted = flagBits(right)
  if (mask === null || wanted === null) return opaque('tcp flags')
  const key = `${mask} ${String(op)} ${wanted}`
  if (op === 'in') return tcpFlags((flags) => (flags & wanted) !== 0, key)
  if (op !== '==' && op !== '!=') return opaque('tcp flags')
  return tcpFlags((flags) => ((flags & mask) === wanted) === (op === '=='), key)
}

function flagBits(value: unknown): number | null {
  if (typeof value === 'number') return value
  if (typeof value === 'string') return TCP_FLAGS[value] ?? null
  const parts = Array.isArray(value) ? value : isRecord(value) ? listOf(value['|']) : []
  const bits = parts.map(flagBits)
  if (bits.length === 0) return null
  return bits.reduce<number | null>((sum, bit) => (sum === null || bit === null ? null : sum | bit), 0)
}

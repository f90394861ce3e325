// Several values of a packet asked for at once, `ip saddr . tcp dport @set`: libnftables-json(5), concatenations. Pure.
import { isRecord, listOf } from './json-values.ts'
import type { Packet } from './packet.ts'
import { unionOf, type Ranges } from './ranges.ts'
import type { Truth } from './ruleset.ts'
import { or } from './truth.ts'

export type Test = (packet: Packet) => Truth

/** What an expression reads off a packet. */
export type Field = {
  /** Where it does not, a rule does not match, negated or not. */
  applies: (packet: Packet) => boolean
  /** There is no such value here; kernels differ in what "is not" makes of that. */
  isAbsent?: (packet: Packet) => boolean
  /** Is the value one of these? Null: an element that is not understood. */
  among: (elements: readonly unknown[]) => Test | null
}

/** Elements are matched whole: one side by the packet, the senders by what is left. */
export function concatField(parts: readonly unknown[], fieldOf: (part: unknown) => Field | null): Field | null {
  const fields = parts.map(fieldOf)
  if (!all(fields)) return null
  const joined = parts.findIndex(isSender)
  return {
    applies: (packet) => fields.every((field) => field.applies(packet)),
    among: (elements) => {
      const rows = rowsOf(elements, joined)
      const tests = rows?.map((row) => testsOf(row, fields)) ?? null
      return tests !== null && all(tests) ? (packet) => anyRow(tests, packet) : null
    },
  }
}

function isSender(part: unknown): boolean {
  return isRecord(part) && isRecord(part['payload']) && part['payload']['field'] === 'saddr'
}

/** The values of each part that make one row. */
type Row = readonly (readonly unknown[])[]

/** Elements that differ in the sender alone become one row: sixty thousand are then as many as there are ports. */
function rowsOf(elements: readonly unknown[], joined: number): Row[] | null {
  const rows = new Map<string | number, unknown[][]>()
  for (const [at, element] of elements.entries()) {
    const values = isRecord(element) ? listOf(element['concat']) : []
    if (values.length === 0) return null
    const key = joined === -1 ? at : JSON.stringify(values.with(joined, null))
    const row = rows.get(key)
    if (row === undefined)
      rows.set(
        key,
        values.map((value) => [value]),
      )
    else row[joined]?.push(values[joined])
  }
  return [...rows.values()]
}

function testsOf(row: Row, fields: readonly Field[]): Test[] | null {
  const tests = fields.map((field, at) => field.among(row[at] ?? []))
  return row.length === fields.length && all(tests) ? tests : null
}

function anyRow(rows: readonly Test[][], packet: Packet): Truth {
  const yes: Ranges[] = []
  let rest: Truth = false
  for (const row of rows) {
    const truth = rowTruth(row, packet)
    if (truth === true) return true
    if (typeof truth === 'object' && truth.yes === truth.maybe) yes.push(truth.yes)
    else rest = or(rest, truth, packet.family)
  }
  if (yes.length === 0) return rest
  const senders = unionOf(yes)
  return or({ yes: senders, maybe: senders }, rest, packet.family)
}

/** At most one part of a row speaks of senders. */
function rowTruth(row: readonly Test[], packet: Packet): Truth {
  let found: Truth = true
  // The other parts first: most rows are about another port.
  for (const test of row.toReversed()) {
    const truth = test(packet)
    if (truth === false) return false
    if (truth !== true) found = found === true ? truth : 'unknown'
  }
  return found
}

function all<T>(values: readonly (T | null)[]): values is T[] {
  return values.every((value) => value !== null)
}

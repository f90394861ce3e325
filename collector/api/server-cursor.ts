// Where a page of the list ended: the place in the order, not a count, so that servers which move meanwhile neither hide
// nor repeat their neighbours.
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import type { Ranked } from '../../shared/judgement/order.ts'
import { EXPOSURES, PROMOTION_REASONS, STATES } from '../../shared/judgement/verdict.ts'
import { nameOf, type ServerRecord } from '../store/records.ts'

const oneOf = <T extends string>(values: readonly T[]) => Type.Union(values.map((value) => Type.Literal(value)))

const cursor = Type.Object({
  verdict: Type.Object({
    state: oneOf(STATES),
    exposure: oneOf(EXPOSURES),
    promoted: Type.Boolean(),
    reasons: Type.Array(oneOf(PROMOTION_REASONS)),
    since: Type.Union([Type.Number(), Type.Null()]),
  }),
  name: Type.String(),
  id: Type.String(),
})
const compiled = Compile(cursor)

export function encodeCursor(record: ServerRecord): string {
  const { state, exposure, promoted, reasons, since } = record.verdict
  const place: Ranked = { verdict: { state, exposure, promoted, reasons, since }, name: nameOf(record), id: record.id }
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** Null for anything that is not a cursor of ours. */
export function decodeCursor(text: string): Ranked | null {
  try {
    const place: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    return compiled.Check(place) ? place : null
  } catch {
    return null
  }
}

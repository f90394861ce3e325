// Pieces that reply schemas share.
import Type from 'typebox'
import { EXPOSURES, LIFECYCLES, PROMOTION_REASONS, REPORTINGS, STATES } from '../../../shared/judgement/verdict.ts'

/** One of a closed list of words. */
export const oneOf = <const T extends string>(words: readonly T[]) => Type.Enum([...words])
export const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
/** A reply holds what it says and nothing else. */
export const closed = <T extends Type.TProperties>(properties: T) =>
  Type.Object(properties, { additionalProperties: false })

export const count = Type.Integer({ minimum: 0 })
/** A count for each of a closed list of words. */
export const countsOf = <const T extends readonly string[]>(words: T) =>
  closed(Object.fromEntries(words.map((word) => [word, count])) as Record<T[number], typeof count>)

/** RFC 3339 UTC; null: not known. */
export const time = orNull(Type.String({ format: 'date-time', examples: ['2026-11-22T10:22:07.000Z'] }))
/** What a later release fills. */
export const notYet = Type.Null()

export const state = oneOf(STATES)
export const reporting = oneOf(REPORTINGS)
export const exposure = oneOf(EXPOSURES)
export const lifecycle = oneOf(LIFECYCLES)
export const promotionReason = oneOf(PROMOTION_REASONS)

// Pieces that reply schemas share.
import Type from 'typebox'
import { EXPOSURES, LIFECYCLES, PROMOTION_REASONS, REPORTINGS, STATES } from '../../../shared/judgement/verdict.ts'

/** One of a closed list of words. */
export const oneOf = <const T extends string>(words: readonly T[]) => Type.Enum([...words])
export const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
/** A reply holds what it says and nothing else. */
export const closed = <T extends Type.TProperties>(properties: T) =>
  Type.Object(properties, { additionalProperties: false })

/** RFC 3339 UTC; null: not known. */
export const time = orNull(Type.String())
/** What a later release fills. */
export const notYet = Type.Null()

export const state = oneOf(STATES)
export const reporting = oneOf(REPORTINGS)
export const exposure = oneOf(EXPOSURES)
export const lifecycle = oneOf(LIFECYCLES)
export const promotionReason = oneOf(PROMOTION_REASONS)

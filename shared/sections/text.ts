// Strings as the sections use them: bounded, so that one hostile host cannot fill the collector.
import Type from 'typebox'
import { NAME_LENGTH_MAX, PACKAGE_NAME_LENGTH_MAX, TEXT_LENGTH_MAX } from '../protocol/limits.ts'

export const nameText = Type.String({ minLength: 1, maxLength: NAME_LENGTH_MAX })
export const shortText = Type.String({ maxLength: TEXT_LENGTH_MAX })
export const packageName = Type.String({ minLength: 1, maxLength: PACKAGE_NAME_LENGTH_MAX })
export const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** A moment the agent saw, in ms of uptime of the boot it belongs to. May be negative in containers that outlived a clock step. */
export const moment = Type.Object({
  uptimeMs: Type.Integer({ minimum: -1e15, maximum: 1e15 }),
  quality: Type.Union([Type.Literal('exact'), Type.Literal('observed'), Type.Literal('upper-bound')]),
})
export type Moment = Type.Static<typeof moment>
/** exact: the kernel or dpkg wrote the time down. observed: we saw it come. upper-bound: it was there when we first looked. */
export type SinceQuality = Moment['quality']

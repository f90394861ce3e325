// Section `listeners`: what waits for connections, one row per protocol, family, address and port, and whether somebody on
// the internet can reach it as far as the host can tell. Rules of a firewall never leave the host; verdicts do.
import Type from 'typebox'
import { LISTENERS_MAX } from '../protocol/limits.ts'

export const listener = Type.Object({
  protocol: Type.Union([Type.Literal('tcp'), Type.Literal('udp')]),
  family: Type.Union([Type.Literal(4), Type.Literal(6)]),
  /** Where it is bound, RFC 5952 for family 6; "0.0.0.0" and "::" are every address. */
  address: Type.String({ pattern: '^[0-9a-f.:]{2,45}$', examples: ['192.0.2.7'] }),
  port: Type.Integer({ minimum: 1, maximum: 65_535 }),
  verdict: Type.Union([Type.Literal('exposed'), Type.Literal('unknown'), Type.Literal('filtered')]),
  /** A code that says why, e.g. "loopback-bind". */
  reason: Type.String({ minLength: 1, maxLength: 64 }),
})
export type Listener = Type.Static<typeof listener>

/** Sorted by protocol, family, port and address, so that equal hosts have equal digests. */
export const listenersSection = Type.Array(listener, { maxItems: LISTENERS_MAX })
export type ListenersSection = Type.Static<typeof listenersSection>

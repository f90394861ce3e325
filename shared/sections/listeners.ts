// Section `listeners`: what waits for connections, one row per protocol, family, address and port, and whether somebody on
// the internet can reach it as far as the host can tell. Rules of a firewall stay on the host, but for the one that decided.
import Type from 'typebox'
import { LISTENERS_MAX, NAME_LENGTH_MAX, TEXT_LENGTH_MAX } from '../protocol/limits.ts'

const verdict = Type.Union([Type.Literal('exposed'), Type.Literal('unknown'), Type.Literal('filtered')])

/** What the operator says in agent.toml, or the cloud of itself, where the host alone would say `judged`. */
export const declaration = Type.Object({
  /** The setting, e.g. "ports" or "network.publicAddresses". */
  by: Type.String({ minLength: 1, maxLength: 64 }),
  judged: verdict,
  /** The operator's reason, or what was declared. */
  why: Type.String({ minLength: 1, maxLength: TEXT_LENGTH_MAX }),
  /** The last day on which it holds, "2026-12-31"; null: until it is taken back. */
  expires: Type.Union([Type.String({ maxLength: 40 }), Type.Null()]),
  /** That day is over: it stands there and counts no more. */
  isExpired: Type.Boolean(),
})
export type Declaration = Type.Static<typeof declaration>

export const listener = Type.Object({
  protocol: Type.Union([Type.Literal('tcp'), Type.Literal('udp')]),
  family: Type.Union([Type.Literal(4), Type.Literal(6)]),
  /** Where it is bound, RFC 5952 for family 6; "0.0.0.0" and "::" are every address. */
  address: Type.String({ pattern: '^[0-9a-f.:]{2,45}$', examples: ['192.0.2.7'] }),
  port: Type.Integer({ minimum: 1, maximum: 65_535 }),
  verdict,
  /** A code that says why, e.g. "loopback-bind". */
  reason: Type.String({ minLength: 1, maxLength: 64 }),
  // What a scan with privileges found; left out where there is nothing to say.
  unit: Type.Optional(Type.String({ minLength: 1, maxLength: NAME_LENGTH_MAX, examples: ['nginx.service'] })),
  /** The container that answers. */
  container: Type.Optional(Type.String({ minLength: 1, maxLength: NAME_LENGTH_MAX })),
  /** How a packet gets there if not directly: translated to another host, or to another port of this one. */
  via: Type.Optional(Type.Union([Type.Literal('dnat'), Type.Literal('redirect')])),
  /** The rule that decided, or what is missing for a verdict. */
  rule: Type.Optional(Type.String({ minLength: 1, maxLength: TEXT_LENGTH_MAX })),
  /** How much of the public address space gets through, 0 to 1. */
  share: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  declared: Type.Optional(declaration),
})
export type Listener = Type.Static<typeof listener>

/** Sorted by protocol, family, port and address, so that equal hosts have equal digests. */
export const listenersSection = Type.Array(listener, { maxItems: LISTENERS_MAX })
export type ListenersSection = Type.Static<typeof listenersSection>

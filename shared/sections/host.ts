// Section `host`: who this machine says it is. Labels and facts, never an identity: that is the credential alone.
import Type from 'typebox'
import { ADDRESSES_MAX, TAGS_MAX } from '../protocol/limits.ts'
import { nameText, orNull, shortText } from './text.ts'

export const hostAddress = Type.Object({
  interface: nameText,
  family: Type.Union([Type.Literal(4), Type.Literal(6)]),
  address: Type.String({ minLength: 2, maxLength: 64 }),
  prefixLength: Type.Integer({ minimum: 0, maximum: 128 }),
  scope: Type.Union([Type.Literal('global'), Type.Literal('link'), Type.Literal('host')]),
})
export type HostAddress = Type.Static<typeof hostAddress>

/** What `scan inventory` found once per boot. Sizes in bytes. */
export const inventory = Type.Object({
  manufacturer: orNull(shortText),
  model: orNull(shortText),
  hypervisor: orNull(shortText),
  cpu: orNull(Type.Object({ model: shortText, cores: Type.Integer({ minimum: 0, maximum: 100_000 }) })),
  memoryBytes: orNull(Type.Number({ minimum: 0 })),
  disks: orNull(
    Type.Array(
      Type.Object({ name: shortText, model: orNull(shortText), sizeBytes: orNull(Type.Number({ minimum: 0 })) }),
      {
        maxItems: 256,
      },
    ),
  ),
})
export type Inventory = Type.Static<typeof inventory>

export const hostSection = Type.Object({
  name: nameText,
  os: Type.Object({ id: orNull(shortText), versionId: orNull(shortText), prettyName: orNull(shortText) }),
  architecture: orNull(shortText),
  /** As `uname -r` would print it, whoever provides the kernel; agents before this key do not send it. */
  kernelRelease: Type.Optional(orNull(nameText)),
  /** Whose kernel runs here: `container` and `wsl` share one that this host cannot restart. `unknown`: could not tell. */
  virtualization: Type.Object({
    kind: Type.Union([
      Type.Literal('none'),
      Type.Literal('vm'),
      Type.Literal('container'),
      Type.Literal('wsl'),
      Type.Literal('unknown'),
    ]),
    name: orNull(shortText),
  }),
  addresses: orNull(Type.Array(hostAddress, { maxItems: ADDRESSES_MAX })),
  /** Application-specific id as systemd-id128 derives it; the raw machine id never leaves the host. */
  machineId: orNull(Type.String({ pattern: '^[0-9a-f]{32}$', examples: ['9f2c4e7a1b3d5f60718293a4b5c6d7e8'] })),
  inventory: orNull(inventory),
  application: orNull(nameText),
  environment: orNull(nameText),
  tags: Type.Record(Type.String({ minLength: 1, maxLength: 64 }), Type.String({ maxLength: 255 }), {
    maxProperties: TAGS_MAX,
  }),
  agentVersion: nameText,
  /** The cadence set in agent.toml, in ms; null: as the collector asks. */
  heartbeatMs: orNull(Type.Integer({ minimum: 1_000, maximum: 86_400_000 })),
})
export type HostSection = Type.Static<typeof hostSection>

// POST /v1/enroll with `Authorization: Bearer ovdj_...`: the agent made its own secret and sends only its hash,
// so collector, logs, proxies and backups never see what authenticates a server.
import Type from 'typebox'
import { nameText, orNull } from '../sections/text.ts'
import { credentialHash } from './credential-hash.ts'

export const enrollment = Type.Object({
  proto: Type.Integer({ minimum: 1 }),
  /** The same hash again gives the same server: a lost answer is harmless. */
  credentialHash,
  name: nameText,
  machineId: Type.Optional(
    orNull(Type.String({ pattern: '^[0-9a-f]{32}$', examples: ['9f2c4e7a1b3d5f60718293a4b5c6d7e8'] })),
  ),
})
export type Enrollment = Type.Static<typeof enrollment>

export const enrollmentReply = Type.Object({
  serverId: Type.String(),
  lifecycle: Type.Union([Type.Literal('active'), Type.Literal('pending-approval')]),
})

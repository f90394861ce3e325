// Section `boot`: which boot of the host this is.
// The kernel's id alone does not do: hardened units in containers see the outer machine's, which survives a container restart.
import Type from 'typebox'
import { orNull } from './text.ts'

export const bootSection = Type.Object({
  /** /proc/sys/kernel/random/boot_id, or null where it cannot be read. */
  kernelBootId: orNull(Type.String({ minLength: 1, maxLength: 64 })),
  /** 128 random bits the agent keeps in its runtime directory, hex: gone after a restart, there after a restart of the agent. */
  runMarker: Type.String({ pattern: '^[0-9a-f]{32}$', examples: ['9f2c4e7a1b3d5f60718293a4b5c6d7e8'] }),
  /** Wall clock of the host, RFC 3339. For people; decides nothing. */
  bootedAt: orNull(Type.String({ maxLength: 40 })),
})
export type BootSection = Type.Static<typeof bootSection>

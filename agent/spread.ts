import { hash } from 'node:crypto'

/** A server's place among all, in [0, 1): the same after every restart, different for each. */
export function spreadOf(serverId: string): number {
  return hash('sha256', serverId, 'buffer').readUInt32BE() / 2 ** 32
}

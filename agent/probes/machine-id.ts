// An id for this machine that cannot be turned back into its machine id, as sd_id128_get_machine_app_specific(3) derives
// it: HMAC-SHA256 keyed with the machine id over our application's id. `systemd-id128 machine-id -a APP` prints the same.
import { createHmac } from 'node:crypto'

/** Ours, and fixed for ever: with another one every host would look new. */
export const APPLICATION_ID = 'beae9a7ea2504923a90bf818a2bac48f'

/** 32 hex characters; null for what is no machine id: machine-id(5) knows "uninitialized" and the empty file. */
export function applicationMachineId(machineIdFile: string, applicationId: string = APPLICATION_ID): string | null {
  const machineId = machineIdFile.replace(/\n$/, '')
  if (!/^[0-9a-f]{32}$/.test(machineId) || /^0+$/.test(machineId)) return null
  const id = createHmac('sha256', Buffer.from(machineId, 'hex')).update(Buffer.from(applicationId, 'hex')).digest()
  // RFC 4122 version 4 and variant, which systemd sets on every id it makes.
  id.writeUInt8((id.readUInt8(6) & 0x0f) | 0x40, 6)
  id.writeUInt8((id.readUInt8(8) & 0x3f) | 0x80, 8)
  return id.subarray(0, 16).toString('hex')
}

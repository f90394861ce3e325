// Files the agent keeps, by purpose. State survives a restart of the machine; the runtime directory does not.
import { join } from 'node:path'

export type Directories = { stateDirectory: string; runtimeDirectory: string }

export type Places = {
  credential: string
  /** A new secret, until the collector has accepted it; see keyring.ts. */
  nextCredential: string
  /** The secret before the current one, for a collector that was restored from a backup. */
  previousCredential: string
  /** The secret an enrolment was begun with; see credential.ts. */
  pendingCredential: string
  /** Address and CA that came with the join key. */
  enrolled: string
  /** What was read last. Of this boot, like all it tells of: it lies where it vanishes with the boot. */
  outbox: string
  bootMemory: string
  /** What the resident agent is doing, for `status` and `doctor`. */
  status: string
  /** Where whoever reports for this host is asked to look and report now. */
  reportSocket: string
}

export function placesOf({ stateDirectory, runtimeDirectory }: Directories): Places {
  return {
    credential: join(stateDirectory, 'credential'),
    nextCredential: join(stateDirectory, 'credential.next'),
    previousCredential: join(stateDirectory, 'credential.previous'),
    pendingCredential: join(stateDirectory, 'credential.pending'),
    enrolled: join(stateDirectory, 'enrolled.json'),
    outbox: join(runtimeDirectory, 'outbox.json'),
    bootMemory: join(stateDirectory, 'boot-memory.json'),
    status: join(runtimeDirectory, 'status.json'),
    reportSocket: join(runtimeDirectory, 'report.sock'),
  }
}

// Files the agent keeps, by purpose. State survives a restart of the machine; the runtime directory does not.
import { join } from 'node:path'

export type Directories = { stateDirectory: string; runtimeDirectory: string }

export type Places = {
  credential: string
  /** The secret an enrolment was begun with; see credential.ts. */
  pendingCredential: string
  /** Address and CA that came with the join key. */
  enrolled: string
  outbox: string
  bootMemory: string
  /** What the resident agent is doing, for `status` and `report --wait`. */
  status: string
  /** Asks the resident agent to look and report now. */
  reportRequest: string
}

export function placesOf({ stateDirectory, runtimeDirectory }: Directories): Places {
  return {
    credential: join(stateDirectory, 'credential'),
    pendingCredential: join(stateDirectory, 'credential.pending'),
    enrolled: join(stateDirectory, 'enrolled.json'),
    outbox: join(stateDirectory, 'outbox.json'),
    bootMemory: join(stateDirectory, 'boot-memory.json'),
    status: join(runtimeDirectory, 'status.json'),
    reportRequest: join(runtimeDirectory, 'report-now'),
  }
}

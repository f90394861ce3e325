// The processes of the machine itself, or of the one that was recorded in a folder. Each is loaded by who asks for it.
import type { Processes } from './processes.ts'

export async function processesAt(root: string | null): Promise<Processes> {
  if (root === null) return (await import('./linux-processes.ts')).createLinuxProcesses()
  return (await import('./recorded-processes.ts')).createRecordedProcesses(root)
}

// Facts files: what one-shot scans left for the agent. They lie on the machine even when the agent looks at a recording.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readOwnedText } from './bounded-read.ts'
import { isMissing } from './host.ts'
import { attempting } from './host-errors.ts'

/**
 * 4,096 rows of a firewall, each with a rule, are 2 MB, 200 rows of processes with the longest of names 1 MB, 3,000
 * packages of rpm 150 kB; an agent whose heap has 16 MB reads no more than it can hold.
 */
const FACTS_BYTES_MAX = {
  inventory: 256 * 1024,
  firewall: 3 * 1024 * 1024,
  processes: 1536 * 1024,
  updates: 512 * 1024,
  families: 1024 * 1024,
} as const
export type FactsName = keyof typeof FACTS_BYTES_MAX

/** Parsed content of `NAME.json`, or null when no scan wrote one yet. Throws HostError or SyntaxError. */
export async function readFactsFile(directory: string, name: FactsName): Promise<unknown> {
  const path = pathOf(directory, name)
  // Root's, or our own where the agent runs from a work tree.
  const ownerUids = [0, process.getuid?.() ?? 0]
  const limits = { maxBytes: FACTS_BYTES_MAX[name], ownerUids }
  try {
    return JSON.parse(await attempting(`read ${path}`, () => readOwnedText(path, path, limits))) as unknown
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** Changes whenever a scan has answered; null where no file can be seen. Scans replace the file, so its inode tells. */
export async function factsFileMark(directory: string, name: FactsName): Promise<string | null> {
  try {
    const { ino, mtimeMs, size } = await stat(pathOf(directory, name))
    return `${ino} ${mtimeMs} ${size}`
  } catch {
    return null
  }
}

function pathOf(directory: string, name: FactsName): string {
  return join(directory, `${name}.json`)
}

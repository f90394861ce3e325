// Facts files: what one-shot scans left for the agent. They lie on the machine even when the agent looks at a recording.
import { join } from 'node:path'
import { readOwnedText } from './bounded-read.ts'
import { isMissing } from './host.ts'
import { attempting } from './host-errors.ts'

const FACTS_BYTES_MAX = 256 * 1024

/** Parsed content of `NAME.json`, or null when no scan wrote one yet. Throws HostError or SyntaxError. */
export async function readFactsFile(directory: string, name: 'inventory'): Promise<unknown> {
  const path = join(directory, `${name}.json`)
  // Root's, or our own where the agent runs from a work tree.
  const ownerUids = [0, process.getuid?.() ?? 0]
  try {
    return JSON.parse(
      await attempting(`read ${path}`, () => readOwnedText(path, path, { maxBytes: FACTS_BYTES_MAX, ownerUids })),
    ) as unknown
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

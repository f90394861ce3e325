// 128 random bits in the runtime directory: gone after a restart of the machine or container, still there after a
// restart of the agent. Beside the kernel's boot id, because hardened units in containers see the outer machine's.
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readFileIfThere, replaceFile } from './durable-file.ts'

const MARKER = /^[0-9a-f]{32}$/
const MARKER_BYTES_MAX = 1_024

/** Marker of this run of the host, hex. Made on first use; one that is damaged is replaced, which reads as a new boot. */
export async function readRunMarker(runtimeDirectory: string): Promise<string> {
  await mkdir(runtimeDirectory, { recursive: true, mode: 0o755 })
  const path = join(runtimeDirectory, 'boot')
  const kept = (await readFileIfThere(path, MARKER_BYTES_MAX).catch(() => null))?.trim()
  if (kept !== undefined && MARKER.test(kept)) return kept
  const marker = randomBytes(16).toString('hex')
  await replaceFile(path, `${marker}\n`, { mode: 0o644, durable: false })
  return marker
}

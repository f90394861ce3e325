// Reads of files whose size, type or owner an attacker may have chosen. The check and the read use one open file, so
// nothing can be swapped in between.
import { constants } from 'node:fs'
import { lstat, open, type FileHandle } from 'node:fs/promises'
import { HostError } from './host.ts'

const CHUNK_BYTES = 16 * 1024

/** O_NONBLOCK: opening a FIFO nobody writes to would hang for ever. Node adds O_CLOEXEC itself. */
export const READ_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK

/** Text of a regular file of anyone's. `name` is what messages call it; `links` says what a link in the last place is. */
export async function readRegularText(
  path: string,
  name: string,
  { maxBytes, links }: { maxBytes: number; links: 'followed' | 'refused' },
): Promise<string> {
  await using handle = await open(path, links === 'followed' ? READ_FLAGS : READ_FLAGS | constants.O_NOFOLLOW)
  await requireRegular(handle, name)
  return await readBounded(handle, name, maxBytes)
}

/**
 * Text of a regular file that is no link and belongs to one of `ownerUids`.
 * The look before opening spares devices the side effects of being opened; the look after it is the one that counts.
 */
export async function readOwnedText(
  path: string,
  name: string,
  options: { maxBytes: number; ownerUids: readonly number[] },
): Promise<string> {
  refuseUnlessRegular(await lstat(path), name)
  await using handle = await open(path, READ_FLAGS | constants.O_NOFOLLOW)
  const { uid } = await requireRegular(handle, name)
  if (!options.ownerUids.includes(uid)) throw new HostError('NOT-ROOTS', `read ${name}: belongs to uid ${uid}`)
  return await readBounded(handle, name, options.maxBytes)
}

type FileType = { isFile(): boolean; isSymbolicLink(): boolean; isDirectory(): boolean }

export function refuseUnlessRegular(facts: FileType, name: string): void {
  if (facts.isFile()) return
  const kind = facts.isSymbolicLink() ? 'a symbolic link' : facts.isDirectory() ? 'a directory' : 'not a regular file'
  throw new HostError('NOT-REGULAR', `read ${name}: is ${kind}`)
}

async function requireRegular(handle: FileHandle, name: string): Promise<{ uid: number }> {
  const facts = await handle.stat()
  refuseUnlessRegular(facts, name)
  return { uid: facts.uid }
}

/** Reads to the end whatever size the file claims: files of /proc claim none, others may grow meanwhile. */
async function readBounded(handle: FileHandle, name: string, maxBytes: number): Promise<string> {
  const tooLarge = () => new HostError('TOO-LARGE', `read ${name}: larger than ${maxBytes} bytes`)
  if ((await handle.stat()).size > maxBytes) throw tooLarge()
  const chunks: Buffer[] = []
  for (let total = 0; ;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
    const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, null)
    if (bytesRead === 0) return Buffer.concat(chunks, total).toString('utf8')
    total += bytesRead
    if (total > maxBytes) throw tooLarge()
    chunks.push(chunk.subarray(0, bytesRead))
  }
}

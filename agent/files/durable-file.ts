// Files that survive a crash: whoever reads one finds the old text or the new, never a mixture.
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

export type ReplaceOptions = {
  mode: number
  /** Flush to the device. Not needed for files that are meant to vanish with the boot. */
  durable: boolean
}

/** Replaces `path`. Throws the errno error of the step that failed; the old file is then untouched. */
export async function replaceFile(path: string, text: string, { mode, durable }: ReplaceOptions): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    const file = await openNew(temporary, mode)
    try {
      await file.writeFile(text)
      // The umask of a unit would hide from the agent what a scan leaves for it.
      await file.chmod(mode)
      await giveToOwnerOfDirectory(file, path)
      if (durable) await file.datasync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    // A full disk is no better with half a file on it; the first error is the one that tells.
    await rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
  // rename(2) is atomic but lives in the directory, which has a cache of its own.
  if (durable) await syncDirectory(dirname(path))
}

/** What a crash left under this name is in the way once in a boot; to look for it each time cost more than the write. */
async function openNew(path: string, mode: number): Promise<FileHandle> {
  try {
    return await open(path, 'wx', mode)
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error
    await rm(path, { force: true })
    return await open(path, 'wx', mode)
  }
}

/** Text of `path`, or null when there is none. Throws when it cannot be read or is longer than `bytesMax`. */
export async function readFileIfThere(path: string, bytesMax: number): Promise<string | null> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return null
    throw error
  })
  if (file === null) return null
  try {
    const { size } = await file.stat()
    if (size > bytesMax) throw new Error(`${path} has ${size} bytes; at most ${bytesMax} are expected`)
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

/** `from` takes the place of `to`, durably. Throws the errno error; both are then as they were. */
export async function moveFile(from: string, to: string): Promise<void> {
  await rename(from, to)
  await syncDirectory(dirname(to))
}

/** Removes `path` durably; missing is fine. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true })
  await syncDirectory(dirname(path))
}

export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/**
 * Enrolment runs as root and writes for the agent's own user: what root leaves in that user's directory must be his. By
 * the open file, because that user could put a link in the place of its name.
 */
async function giveToOwnerOfDirectory(file: FileHandle, path: string): Promise<void> {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = await stat(dirname(path))
  if (uid !== 0) await file.chown(uid, gid)
}

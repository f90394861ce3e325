// Who listens under a name in the file system: at most one process, decided without a moment in which two are.
//
// A socket of Unix outlives its process as a file, so that "is there a file" says nothing and "remove it, then listen"
// lets two starters remove each other's. Here a socket that listens already takes the name by link(2), which fails where
// the name is taken. Whether the holder lives is asked of the kernel (connect), which knows it across containers and for
// processes that are hidden from us. Who takes over from a dead holder is decided the same way, by a link to a second
// name made of the dead socket's identity.
import { link, rename, rm, stat } from 'node:fs/promises'
import { connect } from 'node:net'
import { withShortPath } from './socket-path.ts'

/** A starter that died while it took over leaves one more dead name to take over; that many in a row there never were. */
const TRIES_MAX = 20

/**
 * Gives the listening socket at `own` the name `path`; it keeps both. False: somebody lives under that name.
 * Throws the errno error of a directory that cannot be written.
 */
export async function takeName(own: string, path: string): Promise<boolean> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    if (await linkIfFree(own, path)) return true
    const found = await identityOf(path)
    if (found === null) continue
    if (await isListening(path)) return false
    if (await takeOver(own, path, found)) return true
  }
  return false
}

/** What the file at `path` is, as long as it is that one; null: there is none. Its inode alone may come again. */
export async function identityOf(path: string): Promise<string | null> {
  try {
    const { ino, mtimeNs } = await stat(path, { bigint: true })
    return `${ino}-${mtimeNs}`
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null
    throw error
  }
}

/** Only whoever holds the turn replaces this dead socket, and a dead one does not change. */
async function takeOver(own: string, path: string, dead: string): Promise<boolean> {
  const turn = `${path}.${dead}`
  if (!(await takeName(own, turn))) return false
  if ((await identityOf(path)) === dead) {
    await rename(turn, path)
    return true
  }
  await rm(turn, { force: true })
  return false
}

async function linkIfFree(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path)
    return true
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false
    throw error
  }
}

/** A process that hangs listens, too: the kernel takes the connection for it, or says EAGAIN when its queue is full. */
async function isListening(path: string): Promise<boolean> {
  return await withShortPath(path, canConnect).catch((error: unknown) => !isErrno(error, 'ENOENT'))
}

function canConnect(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      resolve(true)
      socket.destroy()
    })
    socket.once('error', (error) => resolve(!isErrno(error, 'ECONNREFUSED', 'ENOENT')))
  })
}

export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

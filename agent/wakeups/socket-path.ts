// The address of a socket of Unix has room for 107 bytes (unix(7)); a file name may have 4,095. A long path is told to
// the kernel by its directory's open file instead.
import { open } from 'node:fs/promises'
import { basename, dirname } from 'node:path'

const ADDRESS_BYTES_MAX = 107

/** Calls `use` with a name for `path` that is short enough, and good for as long as the call lasts. */
export async function withShortPath<T>(path: string, use: (short: string) => Promise<T>): Promise<T> {
  if (Buffer.byteLength(path) <= ADDRESS_BYTES_MAX) return await use(path)
  const directory = await open(dirname(path), 'r')
  try {
    return await use(`/proc/self/fd/${directory.fd}/${basename(path)}`)
  } finally {
    await directory.close()
  }
}

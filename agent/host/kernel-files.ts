// Files the kernel makes up while they are read: /proc/net and /proc/sys. No disk and no network is behind them, so
// nothing can hang, and they are read at once: to hand each of the five calls of one read to a thread of the pool and
// back was an eighth of what an agent at rest did (measured).
import { closeSync, openSync, readSync } from 'node:fs'
import { HostError } from './host.ts'

const CHUNK_BYTES = 16 * 1024
/**
 * The kernel's buffer is one page, at least this long, and it adds rows while the next one fits: a piece that leaves room
 * for any row is the last (fs/seq_file.c). To be told so by an empty piece costs another walk through all connections
 * that could be, 5 ms on a machine with much memory.
 */
const PAGE_BYTES_MIN = 4096
const ROW_BYTES_MAX = 512
const FOLDERS = ['/proc/net/', '/proc/sys/']

/** `path` is one of this machine, not of a recording. */
export function isMadeByKernel(path: string): boolean {
  return FOLDERS.some((folder) => path.startsWith(folder))
}

/**
 * Each chunk is valid until the next is asked for. `chunkBytes`: less for those who stop early, since the kernel looks for
 * as many rows as it is asked for.
 */
export function* kernelChunks(path: string, chunkBytes: number = CHUNK_BYTES): Generator<Buffer> {
  const isLast = (bytesRead: number): boolean => bytesRead < Math.min(chunkBytes, PAGE_BYTES_MIN - ROW_BYTES_MAX + 1)
  const descriptor = openSync(path, 'r')
  try {
    const buffer = Buffer.allocUnsafeSlow(chunkBytes)
    for (;;) {
      const bytesRead = readSync(descriptor, buffer, 0, chunkBytes, null)
      if (bytesRead > 0) yield buffer.subarray(0, bytesRead)
      if (isLast(bytesRead)) return
    }
  } finally {
    closeSync(descriptor)
  }
}

export function readKernelText(path: string, maxBytes: number): string {
  let text = Buffer.alloc(0)
  for (const chunk of kernelChunks(path)) {
    text = Buffer.concat([text, chunk])
    if (text.length > maxBytes) throw new HostError('TOO-LARGE', `read ${path}: larger than ${maxBytes} bytes`)
  }
  return text.toString('utf8')
}

// Lines of a long file with the memory of one chunk: a dpkg status file has 5 MB, its log a year of history.
import { open, type FileHandle } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { READ_FLAGS, refuseUnlessRegular } from './bounded-read.ts'
import { HostError } from './host.ts'
import { toHostError } from './host-errors.ts'
import { isMadeByKernel, kernelChunks } from './kernel-files.ts'

const CHUNK_BYTES = 16 * 1024
const LINE_BYTES_MAX = 1024 * 1024
const LINE_FEED = 10
export const LINES_BYTES_MAX = 64 * 1024 * 1024

export type LineOptions = {
  /** Counts inflated bytes. */
  maxBytes?: number
  /** Lines that begin with none of these are skipped before they become strings, which is most of the cost. */
  starting?: readonly string[]
  /** How much of a file of the kernel's is asked for at once; the others have a size of their own. */
  kernelChunkBytes?: number
}

/** `name` is what messages call the file, and says by its ending whether it is compressed. Throws HostError. */
export async function* streamLines(path: string, name: string, options: LineOptions): AsyncGenerator<string> {
  try {
    if (isMadeByKernel(path)) {
      yield* splitLines(kernelChunks(path, options.kernelChunkBytes), name, options)
      return
    }
    await using handle = await open(path, READ_FLAGS)
    refuseUnlessRegular(await handle.stat(), name)
    yield* splitLines(name.endsWith('.gz') ? inflated(handle) : chunksOf(handle), name, options)
  } catch (error) {
    throw toHostError(`read ${name}`, error)
  }
}

/** Each chunk is valid until the next is asked for: one buffer serves the whole file, where a stream leaves one for every read. */
type Chunks = AsyncIterable<Buffer> | Iterable<Buffer>

async function* chunksOf(handle: FileHandle): Chunks {
  const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, null)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

async function* inflated(handle: FileHandle): Chunks {
  // Loaded only for an old log: it takes 1 MB.
  const { createGunzip } = process.getBuiltinModule('node:zlib')
  const bytes = handle.createReadStream({ highWaterMark: CHUNK_BYTES, autoClose: false })
  // pipeline destroys the inflater with the error of either end, and the loop below throws it: nothing to do in the callback.
  yield* pipeline(bytes, createGunzip({ chunkSize: CHUNK_BYTES }), () => {})
}

async function* splitLines(source: Chunks, name: string, options: LineOptions): AsyncGenerator<string> {
  const { maxBytes = LINES_BYTES_MAX } = options
  const isWanted = beginsWithOneOf(options.starting)
  let total = 0
  /** The beginning of a line that the next chunk goes on with. */
  let rest = Buffer.alloc(0)
  for await (const chunk of source) {
    total += chunk.length
    if (total > maxBytes) throw new HostError('TOO-LARGE', `read ${name}: larger than ${maxBytes} bytes`)
    let start = 0
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      if (rest.length > 0) {
        const line = Buffer.concat([rest, chunk.subarray(0, end)])
        rest = Buffer.alloc(0)
        if (isWanted(line, 0)) yield line.toString()
      } else if (isWanted(chunk, start)) yield chunk.toString('utf8', start, end)
      start = end + 1
    }
    rest = Buffer.concat([rest, chunk.subarray(start)])
    if (rest.length > LINE_BYTES_MAX) throw new HostError('TOO-LARGE', `read ${name}: a line of more than 1 MiB`)
  }
  if (rest.length > 0 && isWanted(rest, 0)) yield rest.toString()
}

function beginsWithOneOf(starting: readonly string[] | undefined): (bytes: Buffer, start: number) => boolean {
  if (starting === undefined) return () => true
  const beginnings = starting.map((text) => Buffer.from(text))
  return (bytes, start) => {
    for (const beginning of beginnings) {
      let at = 0
      while (at < beginning.length && beginning[at] === bytes[start + at]) at += 1
      if (at === beginning.length) return true
    }
    return false
  }
}

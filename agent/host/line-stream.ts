// Lines of a long file with the memory of one chunk: a dpkg status file has 5 MB, its log a year of history.
import { open } from 'node:fs/promises'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { READ_FLAGS, refuseUnlessRegular } from './bounded-read.ts'
import { HostError } from './host.ts'
import { toHostError } from './host-errors.ts'

const CHUNK_BYTES = 64 * 1024
const LINE_LENGTH_MAX = 1024 * 1024
export const LINES_BYTES_MAX = 64 * 1024 * 1024

/** `name` is what messages call the file, and says by its ending whether it is compressed. Throws HostError. */
export async function* streamLines(path: string, name: string, maxBytes: number): AsyncGenerator<string> {
  try {
    await using handle = await open(path, READ_FLAGS)
    refuseUnlessRegular(await handle.stat(), name)
    const bytes = handle.createReadStream({ highWaterMark: CHUNK_BYTES, autoClose: false })
    yield* splitLines(name.endsWith('.gz') ? gunzipped(bytes) : bytes, name, maxBytes)
  } catch (error) {
    throw toHostError(`read ${name}`, error)
  }
}

type ByteStream = AsyncIterable<Uint8Array>

async function* gunzipped(source: Readable): ByteStream {
  // pipeline destroys the inflater with the error of either end, and the loop below throws it: nothing to do in the callback.
  yield* pipeline(source, createGunzip({ chunkSize: CHUNK_BYTES }), () => {})
}

async function* splitLines(source: ByteStream, name: string, maxBytes: number): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let total = 0
  let rest = ''
  for await (const chunk of source) {
    total += chunk.length
    if (total > maxBytes) throw new HostError('TOO-LARGE', `read ${name}: larger than ${maxBytes} bytes`)
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > LINE_LENGTH_MAX) throw new HostError('TOO-LARGE', `read ${name}: a line of more than 1 MiB`)
    yield* lines
  }
  rest += decoder.decode()
  if (rest !== '') yield rest
}

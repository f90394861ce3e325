// An answer goes to standard output as it comes, however long it is.
import type { ApiRequest, Client } from './client.ts'
import type { Io } from './io.ts'
import { startProgress } from './progress.ts'
import { visibleLines } from './visible.ts'

export async function copyBody(client: Client, request: ApiRequest, io: Io): Promise<void> {
  const response = await client.open(request)
  const progress = startProgress(io, 'Reading bytes:')
  const shown = io.out.isTerminal ? terminalText() : (chunk: Buffer): Buffer => chunk
  let bytes = 0
  for await (const chunk of client.chunks(response)) {
    bytes += chunk.length
    await io.out.write(shown(chunk))
    await progress.update(bytes, null)
  }
  await progress.end()
}

/** A file gets the bytes of the collector; a terminal gets nothing that steers it. */
function terminalText(): (chunk: Buffer) => string {
  // One decoder for the whole: a character, and a line break of two, may be cut between chunks.
  const decoder = new TextDecoder()
  let held = ''
  return (chunk) => {
    const text = held + decoder.decode(chunk, { stream: true })
    held = text.endsWith('\r') ? '\r' : ''
    return visibleLines(held === '' ? text : text.slice(0, -1))
  }
}

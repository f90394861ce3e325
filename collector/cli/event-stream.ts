// Server-sent events as a reader sees them (WHATWG HTML, "Server-sent events"), with the reconnecting left to follow().
import { setTimeout as sleep } from 'node:timers/promises'
import { paths } from '../../shared/protocol/paths.ts'
import { CliError, InterruptedError } from './cli-error.ts'
import type { Client } from './client.ts'
import { EXIT } from './io.ts'

/** The collector pings every 15 s; after this long without a byte the connection is dead. */
const SILENCE_MS_MAX = 45_000
const RETRY_MS_MIN = 1_000
const RETRY_MS_MAX = 30_000

export type StreamEvent = { event: string; data: string; id: string | null }

/**
 * Events, and one named "open" for each connection made. Reconnects with the last id when a connection breaks off;
 * throws when the first cannot be made by a client that never reached its collector, and when the collector says no.
 */
export async function* follow(
  client: Client,
  interrupted: AbortSignal,
  onBreak: (problem: string, retryMs: number) => Promise<void>,
): AsyncGenerator<StreamEvent> {
  let lastId: string | null = null
  let retryMs = RETRY_MS_MIN
  for (;;) {
    try {
      for await (const event of connect(client, lastId)) {
        retryMs = RETRY_MS_MIN
        lastId = event.id ?? lastId
        yield event
      }
      throw new CliError('The collector ended the stream.', EXIT.unreachable)
    } catch (error) {
      if (!client.wasReached || !(error instanceof CliError) || error.exitCode !== EXIT.unreachable) throw error
      await onBreak(error.message, retryMs)
      await sleep(retryMs, undefined, { signal: interrupted }).catch(() => {
        throw new InterruptedError()
      })
      retryMs = Math.min(retryMs * 2, RETRY_MS_MAX)
    }
  }
}

async function* connect(client: Client, lastId: string | null): AsyncGenerator<StreamEvent> {
  const headers = { accept: 'text/event-stream', ...(lastId === null ? {} : { 'last-event-id': lastId }) }
  const response = await client.open({ path: paths.events(), headers, silenceMsMax: SILENCE_MS_MAX })
  yield { event: 'open', data: '', id: null }
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of client.chunks(response)) {
    const frames = (rest + decoder.decode(chunk, { stream: true })).split('\n\n')
    rest = frames.pop() ?? ''
    for (const frame of frames) {
      const event = parseFrame(frame)
      if (event !== null) yield event
    }
  }
}

/** Null for comments and for frames without data. */
export function parseFrame(frame: string): StreamEvent | null {
  const found: StreamEvent = { event: 'message', data: '', id: null }
  const data: string[] = []
  for (const line of frame.split('\n')) {
    const [, name, value = ''] = /^([a-z]+): ?(.*)$/.exec(line) ?? []
    if (name === 'event') found.event = value
    if (name === 'id') found.id = value
    if (name === 'data') data.push(value)
  }
  return data.length === 0 ? null : { ...found, data: data.join('\n') }
}

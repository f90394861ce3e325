// The text of server-sent events (WHATWG HTML, "Server-sent events"), and one connection that carries it.
// A reader that does not keep up is cut, not buffered: it comes back with its last id and gets what is true by then.
import type { ServerResponse } from 'node:http'

/** Bytes waiting in a connection's own buffer beyond which its reader is too slow. */
const WAITING_BYTES_MAX = 1024 * 1024

/** How long a browser waits before it reconnects, in ms. */
export const RETRY_FRAME = 'retry: 5000\n\n'
/** A comment: keeps proxies from closing a quiet connection, and tells us when nobody listens any more. */
export const PING_FRAME = ': ping\n\n'

/** `id` is where a reader that reconnects goes on from; frames without one do not move that place. */
export function eventFrame(event: string, data: unknown, id?: number): string {
  // JSON has no raw line breaks, so the data is one line.
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

export class EventStream {
  readonly #response: ServerResponse
  #lastId = 0

  constructor(response: ServerResponse) {
    this.#response = response
  }

  get isOpen(): boolean {
    return !this.#response.destroyed && !this.#response.writableEnded
  }

  /** The reader has everything up to this change. */
  get lastId(): number {
    return this.#lastId
  }

  /** Writes a frame, or cuts the connection of a reader that leaves too much unread. */
  write(frame: string, lastId = this.#lastId): void {
    if (!this.isOpen) return
    this.#response.write(frame)
    this.#lastId = lastId
    if (this.#response.writableLength > WAITING_BYTES_MAX) this.#response.destroy()
  }

  onClose(listener: () => void): void {
    this.#response.once('close', listener)
  }

  end(): void {
    this.#response.end()
  }
}

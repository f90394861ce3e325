// Reads server-sent events off a real socket, frame by frame.
import http from 'node:http'

export type Frame = {
  id: string | null
  event: string | null
  data: unknown
  comment: string | null
  retry: string | null
}

export class SseReader {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly #response: http.IncomingMessage
  readonly #frames: Frame[] = []
  #waiting: (() => void)[] = []
  #text = ''
  #ended = false

  private constructor(response: http.IncomingMessage) {
    this.#response = response
    this.status = response.statusCode ?? 0
    this.headers = response.headers
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => this.#take(chunk))
    response.on('error', () => this.#end())
    response.on('close', () => this.#end())
  }

  static open(url: string, headers: Record<string, string>): Promise<SseReader> {
    return new Promise((resolve, reject) => {
      const request = http.get(url, { headers, agent: false }, (response) => resolve(new SseReader(response)))
      request.on('error', reject)
    })
  }

  /** The next frame; null when the stream has ended. */
  async next(): Promise<Frame | null> {
    while (this.#frames.length === 0 && !this.#ended) await new Promise<void>((wake) => this.#waiting.push(wake))
    return this.#frames.shift() ?? null
  }

  /** The next frame with this event name. */
  async nextOf(event: string): Promise<Frame | null> {
    for (;;) {
      const frame = await this.next()
      if (frame === null || frame.event === event) return frame
    }
  }

  /** Stops taking data off the socket, as a stuck browser does. */
  pause(): void {
    this.#response.pause()
  }

  resume(): void {
    this.#response.resume()
  }

  close(): void {
    this.#response.destroy()
  }

  #take(chunk: string): void {
    const parts = (this.#text + chunk).split('\n\n')
    this.#text = parts.pop() ?? ''
    this.#frames.push(...parts.map(parseFrame))
    this.#wake()
  }

  #end(): void {
    this.#ended = true
    this.#wake()
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }
}

function parseFrame(text: string): Frame {
  const frame: Frame = { id: null, event: null, data: null, comment: null, retry: null }
  for (const line of text.split('\n')) {
    const [, field = '', value = ''] = /^([^:]*): ?(.*)$/.exec(line) ?? []
    if (field === 'data') frame.data = JSON.parse(value)
    else if (field === '') frame.comment = value
    else if (field === 'id' || field === 'event' || field === 'retry') frame[field] = value
  }
  return frame
}

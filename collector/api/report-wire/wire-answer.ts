// The answer to a report that was read here: of `ServerResponse`, what the door of reports needs.
import { STATUS_CODES, type OutgoingHttpHeaders } from 'node:http'
import type { ReportAnswer } from '../report-exchange.ts'

export class WireAnswer implements ReportAnswer {
  headersSent = false
  readonly shouldKeepAlive = true
  #status = 200
  #headers: OutgoingHttpHeaders = {}
  #onClose: (() => void)[] = []
  readonly #write: (text: string, isLast: boolean) => void

  /** `write` is called once, with all of it; `isLast`: the connection closes after it. */
  constructor(write: (text: string, isLast: boolean) => void) {
    this.#write = write
  }

  setHeader(name: string, value: string): void {
    this.#headers[name] = value
  }

  hasHeader(name: string): boolean {
    return this.#headers[name] !== undefined
  }

  /** Nothing stands here that was not set. */
  removeHeader(name: string): void {
    delete this.#headers[name]
  }

  writeHead(status: number, headers: OutgoingHttpHeaders): this {
    this.#status = status
    this.#headers = { ...this.#headers, ...headers }
    return this
  }

  end(body: string): void {
    if (this.headersSent) return
    this.headersSent = true
    let head = `HTTP/1.1 ${this.#status} ${STATUS_CODES[this.#status] ?? ''}\r\n`
    for (const [name, value] of Object.entries(this.#headers)) head += `${name}: ${String(value)}\r\n`
    this.#write(`${head}date: ${dateNow()}\r\n\r\n${body}`, this.#headers['connection'] === 'close')
    this.closed()
  }

  once(_event: 'close', listener: () => void): void {
    this.#onClose.push(listener)
  }

  removeListener(_event: 'close', listener: () => void): void {
    this.#onClose = this.#onClose.filter((one) => one !== listener)
  }

  /** It is out, or nobody is there any more to read it. */
  closed(): void {
    const listeners = this.#onClose
    this.#onClose = []
    for (const listener of listeners) listener()
  }
}

let date = ''
let dateSecond = 0

/** RFC 9110 section 6.6.1. A second has thousands of answers, all with one date. */
function dateNow(): string {
  const now = Date.now()
  const second = Math.floor(now / 1_000)
  if (second !== dateSecond) {
    dateSecond = second
    date = new Date(now).toUTCString()
  }
  return date
}

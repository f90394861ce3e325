// A connection on which reports come, one after the other. The first bytes that are anything else make it the library's,
// from the beginning of that request on and for good.
import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import type { WholeRequest } from '../report-exchange.ts'
import { readRequest } from './read-request.ts'
import { WireAnswer } from './wire-answer.ts'

/** What comes before the answer to the last is out waits; from here on the sender does, too. */
const AHEAD_BYTES_MAX = 64 * 1024
const NOTHING = Buffer.alloc(0)

export type Waiting = 'first' | 'next' | 'rest' | 'answer'

export type ConnectionPorts = {
  answer: (request: WholeRequest, answer: WireAnswer) => void
  /** May this one make us keep what it sends, until it is all there? `length` in bytes. What is taken is given back. */
  mayBuffer: (headers: IncomingHttpHeaders, length: number) => boolean
  giveBack: (length: number) => void
  /** The library goes on with it; what was read of it and not answered stands before everything else. */
  handOver: (socket: Socket) => void
  /** Closed, or handed over. */
  onGone: (connection: ReportConnection) => void
}

export class ReportConnection {
  /** What for, and since when, in ms of `performance.now()`. */
  waiting: Waiting = 'first'
  since = performance.now()
  readonly #socket: Socket
  readonly #ports: ConnectionPorts
  #bytes: Buffer = NOTHING
  #answer: WireAnswer | null = null
  /** Bytes that were taken of the budget for a request that is not all there. */
  #taken = 0
  /** The other end has nothing more to say. */
  #hasEnded = false
  /** It is to close as soon as nothing is under way. */
  #isLast = false

  constructor(socket: Socket, ports: ConnectionPorts) {
    this.#socket = socket
    this.#ports = ports
    socket.on('data', this.#onData)
    socket.on('end', this.#onEnd)
    socket.on('error', this.#onError)
    socket.on('close', this.#onClose)
  }

  /** Closes it: now, or after the answer that is under way. */
  closeIdle(): void {
    this.#isLast = true
    this.#answer?.setHeader('connection', 'close')
    const hasNothing = this.waiting === 'first' || this.waiting === 'next'
    if (hasNothing && this.#bytes.length === 0) this.destroy()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  handOver(): void {
    const socket = this.#socket
    this.#letGo()
    socket.off('data', this.#onData)
    socket.off('end', this.#onEnd)
    socket.off('error', this.#onError)
    socket.off('close', this.#onClose)
    socket.pause()
    if (this.#bytes.length > 0) socket.unshift(this.#bytes)
    this.#bytes = NOTHING
    this.#ports.handOver(socket)
    socket.resume()
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
    if (this.#answer === null) this.#read()
    else if (this.#bytes.length > AHEAD_BYTES_MAX) this.#socket.pause()
  }

  readonly #onEnd = (): void => {
    this.#hasEnded = true
    // Half of a request is no request, and who waits for an answer that is held has gone.
    this.#socket.end()
    this.#answer?.closed()
  }

  readonly #onError = (): void => {
    // "close" follows.
  }

  readonly #onClose = (): void => {
    this.#letGo()
    this.#answer?.closed()
  }

  #read(): void {
    const read = readRequest(this.#bytes)
    switch (read.kind) {
      case 'not-ours':
        return this.handOver()
      case 'reading':
        return this.#waitForRest(read.headers, read.length)
      case 'request':
        this.#giveBack()
        this.#bytes = read.length === this.#bytes.length ? NOTHING : this.#bytes.subarray(read.length)
        return this.#pass({ headers: read.headers, bytes: read.body, socket: this.#socket })
      default:
        return read satisfies never
    }
  }

  #waitForRest(headers: IncomingHttpHeaders, length: number): void {
    if (this.waiting === 'rest') return
    if (!this.#ports.mayBuffer(headers, length)) return this.handOver()
    this.#taken = length
    this.#wait('rest')
  }

  #pass(request: WholeRequest): void {
    this.#wait('answer')
    this.#answer = new WireAnswer((text, isLast) => this.#write(text, isLast))
    this.#ports.answer(request, this.#answer)
  }

  #write(text: string, isLast: boolean): void {
    const isOver = isLast || this.#hasEnded
    if (!isOver) this.#socket.write(text)
    else if (!this.#hasEnded) this.#socket.end(text)
    // Not before whoever answers has ended: what comes next would be answered in the middle of it.
    setImmediate(() => this.#next(isOver))
  }

  #next(isOver: boolean): void {
    this.#answer = null
    this.#wait('next')
    if (isOver || this.#socket.destroyed) return
    if (this.#isLast) return void this.#socket.end()
    if (this.#socket.isPaused()) this.#socket.resume()
    if (this.#bytes.length > 0) this.#read()
  }

  #wait(waiting: Waiting): void {
    this.waiting = waiting
    this.since = performance.now()
  }

  #letGo(): void {
    this.#giveBack()
    this.#ports.onGone(this)
  }

  #giveBack(): void {
    if (this.#taken > 0) this.#ports.giveBack(this.#taken)
    this.#taken = 0
  }
}

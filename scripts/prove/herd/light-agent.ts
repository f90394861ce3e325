// One of ten thousand agents: the delivery rules of the real one, a bare socket, and no host. It never enrols.
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { afterSend } from '../../../agent/delivery/after-send.ts'
import {
  type DeliveryState,
  nextSeq,
  planDelivery,
  startDelivery,
  withRequest,
  withSent,
} from '../../../agent/delivery/delivery.ts'
import { holdToAskMs } from '../../../agent/delivery/hold.ts'
import { toSendResult } from '../../../agent/delivery/reply.ts'
import type { SendResult } from '../../../agent/delivery/send-result.ts'
import { spreadOf } from '../../../agent/spread.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { DIGESTS, ROOT, SECTIONS } from './herd-report.ts'
import type { HerdServer } from './seed-herd.ts'

/** A look takes a host this long when it is asked. */
const LOOK_MS = { min: 50, max: 150 }
const CUT_MS_MIN = 1_000
const HEAD_END = '\r\n\r\n'

type Sent = {
  seq: number
  poll: { waitMs: number } | null
  whole: [] | null
  request: DeliveryState['request']
  atMs: number
}

export type Tally = { statuses: Record<string, number>; failures: number; answersToAsks: number }

/** `epoch`: of the store it reported to before. `hurry`: how many times sooner than usual it tries again. */
type Past = { epoch: string; hurry: number }

export class LightAgent {
  readonly #server: HerdServer
  readonly #url: URL
  readonly #tally: Tally
  readonly #spread: number
  readonly #hurry: number
  #state: DeliveryState
  #socket: Socket | null = null
  #text = ''
  #sent: Sent | null = null
  #timer: NodeJS.Timeout | undefined

  constructor(server: HerdServer, url: URL, tally: Tally, { epoch, hurry }: Past) {
    this.#server = server
    this.#url = url
    this.#tally = tally
    this.#spread = spreadOf(server.id)
    this.#hurry = hurry
    this.#state = { ...startDelivery(server.instance), standing: 'reporting', lastSeq: 1, known: DIGESTS, epoch }
  }

  /** Its first poll comes after `delayMs`. */
  start(delayMs: number): void {
    this.#state = { ...this.#state, nextHeartbeatMs: performance.now() + delayMs }
    this.#step()
  }

  #step(): void {
    clearTimeout(this.#timer)
    if (this.#sent !== null) return
    const nowMs = performance.now()
    const plan = planDelivery(this.#state, DIGESTS, nowMs)
    if (plan.kind === 'send') return this.#send(plan.whole, plan.poll)
    if (plan.untilMs !== null) this.#timer = setTimeout(() => this.#step(), Math.max(1, plan.untilMs - nowMs))
  }

  #send(whole: readonly unknown[] | null, isPoll: boolean): void {
    const poll = isPoll ? { waitMs: holdToAskMs(this.#state.hold, null, this.#spread) } : null
    const seq = nextSeq(this.#state, performance.now() + performance.timeOrigin)
    this.#state = withSent(this.#state, seq, isPoll)
    const { request } = this.#state
    this.#sent = {
      seq,
      poll,
      whole: whole === null ? null : [],
      request: whole === null ? null : request,
      atMs: Infinity,
    }
    if (this.#socket !== null) return this.#write()
    const { hostname, port, protocol } = this.#url
    const socket =
      protocol === 'https:'
        ? connectTls({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => this.#write())
        : connect(Number(port), hostname, () => this.#write())
    this.#socket = socket.setNoDelay(true).setEncoding('latin1')
    socket.on('error', () => undefined)
    socket.on('data', (chunk: string) => this.#read(chunk))
    socket.on('close', () => this.#closed(socket))
  }

  #write(): void {
    const sent = this.#sent
    if (sent === null) return
    sent.atMs = performance.now()
    const { seq, whole, poll, request } = sent
    const heartbeat = { proto: 1, instance: this.#server.instance, seq, uptimeMs: seq, root: ROOT }
    const said = typeof request?.answers === 'string' ? { answers: request.answers } : {}
    const body = JSON.stringify(whole === null ? heartbeat : { ...heartbeat, ...said, sections: SECTIONS })
    this.#socket?.write(
      `POST ${paths.report()} HTTP/1.1\r\nHost: ${this.#url.host}\r\nAuthorization: ${this.#server.authorization}\r\n` +
        `Content-Type: application/json\r\n${poll === null ? '' : `Prefer: wait=${poll.waitMs / 1_000}\r\n`}` +
        `Content-Length: ${body.length}${HEAD_END}${body}`,
    )
  }

  #read(chunk: string): void {
    this.#text += chunk
    const end = this.#text.indexOf(HEAD_END)
    if (end === -1) return
    const headers = Object.fromEntries(
      [...this.#text.slice(0, end).matchAll(/\r\n([^:]+): ([^\r]*)/g)].map(([, name = '', value = '']) => [
        name.toLowerCase(),
        value,
      ]),
    )
    const text = this.#text.slice(end + HEAD_END.length)
    if (text.length < Number(headers['content-length'] ?? 0)) return
    const status = Number(this.#text.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length))
    this.#text = ''
    this.#tally.statuses[status] = (this.#tally.statuses[status] ?? 0) + 1
    this.#takeIn(toSendResult({ status, headers, text }, Date.now()))
  }

  #closed(socket: Socket): void {
    if (this.#socket !== socket) return
    this.#socket = null
    this.#text = ''
    if (this.#sent === null) return
    this.#tally.failures += 1
    const afterMs = performance.now() - this.#sent.atMs
    const isCut = this.#sent.poll !== null && afterMs >= CUT_MS_MIN
    this.#takeIn(isCut ? { kind: 'cut', afterMs } : { kind: 'retry-later', retryAfterMs: null, problem: 'cut' })
  }

  #takeIn(result: SendResult): void {
    const sent = this.#sent
    if (sent === null) return
    this.#sent = null
    const nowMs = performance.now()
    const poll = sent.poll === null ? null : { ...sent.poll, tookMs: nowMs - sent.atMs }
    const attempt = { seq: sent.seq, whole: sent.whole, digests: DIGESTS, answers: sent.request, poll }
    this.#state = afterSend(this.#state, attempt, result, {
      nowMs,
      capMs: 300_000,
      configuredHeartbeatMs: null,
      spread: this.#spread,
      random: () => Math.random() / this.#hurry,
      newInstance: () => this.#server.instance,
    })
    if (result.kind === 'accepted' && sent.request !== null) this.#tally.answersToAsks += 1
    if (result.kind === 'accepted' && result.ask !== null) this.#lookFor(result.ask.id)
    this.#step()
  }

  #lookFor(answers: string): void {
    const lookMs = LOOK_MS.min + Math.random() * (LOOK_MS.max - LOOK_MS.min)
    setTimeout(() => {
      this.#state = withRequest(this.#state, { freshAsOfMs: performance.now(), reason: null, answers })
      this.#step()
    }, lookMs)
  }
}

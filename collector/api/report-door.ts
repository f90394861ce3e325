// POST /v1/report, answered before the HTTP library sees it. It is the one request that a fleet makes all day: a router, a
// chain of hooks and the objects around them would be paid by every report, and kept by every one whose answer is held
// (decision 94). The steps are those of any route, taken here one after the other.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { paths } from '../../shared/protocol/paths.ts'
import type { ProblemKind } from '../../shared/protocol/problems.ts'
import { report, type Report } from '../../shared/protocol/report.ts'
import type { CollectorContext } from '../context.ts'
import type { BodyBudget } from './body-budget.ts'
import { writeProblem } from './errors.ts'
import { authenticateReport } from './guards.ts'
import { type Answer, answerWhenDue } from './held-answer.ts'
import { type InFlight, kindOfReport } from './in-flight.ts'
import { refuseUnknownProtocol } from './protocol-version.ts'
import { parseJsonBody, readJsonBody, REPORT_BODY } from './read-body.ts'
import { isWhole, type ReportAnswer, type ReportRequest } from './report-exchange.ts'
import type { WirePorts } from './report-wire/report-wire.ts'
import { takeReport } from './take-report.ts'
import { validatorFor } from './validation.ts'

const JSON_TYPE = 'application/json'

/** What a request passes on its way in, shared with every other route. */
export type DoorParts = {
  requireKnownHost: (host: string | undefined) => void
  inFlight: InFlight
  budget: BodyBudget
  newRequestId: () => string
  /** Of who sent it, behind trusted proxies as well. */
  addressOf: (request: ReportRequest) => string
  /** How long a connection is kept that nothing comes on. */
  keepAliveMs: number
  /** Told of each request, what became of it. */
  onAnswered: (result: 'accepted' | ProblemKind) => void
}

export class ReportDoor {
  readonly #ctx: CollectorContext
  readonly #parts: DoorParts
  readonly #validate = validatorFor(report)
  #isClosing = false

  constructor(ctx: CollectorContext, parts: DoorParts) {
    this.#ctx = ctx
    this.#parts = parts
  }

  /** With anything behind the path it is the library's, which brings it back here. */
  isFor({ method, url }: IncomingMessage): boolean {
    return method === 'POST' && url === paths.report()
  }

  /** For connections whose reports are read beside the HTTP library. */
  wirePorts(): WirePorts {
    const { requireKnownHost, budget } = this.#parts
    return {
      answer: (request, reply) => this.answer(request, reply),
      mayBuffer: (headers, length) => {
        try {
          requireKnownHost(headers.host)
          authenticateReport(this.#ctx, headers.authorization)
          budget.take(length)
          return true
        } catch {
          // The library reads it again, and it is refused here as every other.
          return false
        }
      },
      giveBack: (length) => budget.giveBack(length),
    }
  }

  /** Connections close after the answers to what comes from now on. */
  close(): void {
    this.#isClosing = true
  }

  /** Never throws. */
  answer(request: ReportRequest, reply: ReportAnswer): void {
    this.#receive(request, reply).catch((error: unknown) => this.#refuse(reply, error))
  }

  async #receive(request: ReportRequest, reply: ReportAnswer): Promise<void> {
    const { headers } = request
    const { requireKnownHost, inFlight, addressOf, keepAliveMs } = this.#parts
    if (this.#isClosing) reply.setHeader('connection', 'close')
    requireKnownHost(headers.host)
    const leaveInFlight = inFlight.enter(kindOfReport(headers), reply)
    const server = authenticateReport(this.#ctx, headers.authorization)
    const read = await this.#read(request)
    const taken = await takeReport(this.#ctx, server, read, () => addressOf(request))
    this.#parts.onAnswered('accepted')
    answerWhenDue(this.#ctx, { request, reply, server, leaveInFlight }, taken, {
      send: (answer) => sendReply(reply, answer, keepAliveMs),
      refuse: (problem) => this.#write(reply, problem),
    })
  }

  async #read(request: ReportRequest): Promise<Report> {
    const body = hasNoBody(request.headers) ? undefined : await this.#bodyOf(request)
    refuseUnknownProtocol(body)
    const checked = this.#validate(body)
    if ('error' in checked) throw checked.error
    return checked.value as Report
  }

  #bodyOf(request: ReportRequest): Promise<unknown> {
    if (isWhole(request)) return parseJsonBody(request.bytes, request.headers, REPORT_BODY)
    return readJsonBody(request, request.headers, REPORT_BODY, this.#parts.budget)
  }

  #refuse(reply: ReportAnswer, error: unknown): void {
    this.#parts.onAnswered(this.#write(reply, error))
  }

  #write(reply: ReportAnswer, error: unknown): ProblemKind {
    return writeProblem(reply, error, {
      requestId: this.#parts.newRequestId(),
      route: paths.report(),
      log: this.#ctx.log,
    })
  }
}

/** As the library tells it for other routes: what is missing has no media type to be wrong. */
function hasNoBody(headers: IncomingHttpHeaders): boolean {
  const length = headers['content-length']
  const isEmpty = headers['transfer-encoding'] === undefined && (length === undefined || length === '0')
  return isEmpty && headers['content-type'] === undefined
}

function sendReply(reply: ReportAnswer, { reply: answer, wasHeld }: Answer, keepAliveMs: number): void {
  const text = JSON.stringify(answer)
  if (wasHeld) reply.setHeader('preference-applied', 'wait')
  if (reply.shouldKeepAlive && !reply.hasHeader('connection')) {
    // "Connection: keep-alive" is what HTTP/1.1 takes for granted; a day of heartbeats is 35 KB shorter without.
    reply.removeHeader('connection')
    if (!wasHeld) reply.setHeader('keep-alive', `timeout=${Math.floor(keepAliveMs / 1_000)}`)
  }
  // For the same reason a held answer that tells nothing does not say what it is made of, nor how long we keep a
  // connection that is used again at once.
  if (!wasHeld || answer.ask !== undefined) reply.setHeader('content-type', JSON_TYPE)
  reply.writeHead(200, { 'content-length': Buffer.byteLength(text) }).end(text)
}

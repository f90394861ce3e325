// How much is under way at once. When there is too much, what can best wait is refused first: new servers, then
// heartbeats that say "still here", readers, and only then reports that bring something. Refused before a body is read.
import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyRequest, onRequestHookHandler } from 'fastify'
import { paths } from '../../shared/protocol/paths.ts'
import { overloaded } from './overloaded.ts'
import type { ReportAnswer } from './report-exchange.ts'

type Kind = 'enroll' | 'heartbeat' | 'read' | 'report'

/** Requests under way, of all kinds together, from which on each kind is refused; `readers`: of readers alone. */
export type InFlightLimits = Record<Kind, number> & { readers: number }

/** Room for a fleet of 10,000 that comes back at once, and for nobody else meanwhile. */
export const IN_FLIGHT_LIMITS: InFlightLimits = {
  enroll: 1_000,
  heartbeat: 6_000,
  read: 7_000,
  report: 12_000,
  readers: 2_000,
}

/** A heartbeat is five fields, 150 bytes; a report names all sections. */
const HEARTBEAT_BYTES_MAX = 256

export class InFlight {
  readonly #limits: InFlightLimits
  #all = 0
  #readers = 0

  constructor(limits: InFlightLimits) {
    this.#limits = limits
  }

  /**
   * Takes a place, or throws a 503 problem. It is given back when the answer is out or its client gone, or by what is
   * returned: by a request that has nothing more to do but to wait.
   */
  enter(kind: Kind, reply: Pick<ReportAnswer, 'once' | 'removeListener'>): () => void {
    const isReader = kind === 'read'
    if (this.#all >= this.#limits[kind] || (isReader && this.#readers >= this.#limits.readers)) throw overloaded()
    this.#all += 1
    if (isReader) this.#readers += 1
    let isUnderWay = true
    const leave = () => {
      if (!isUnderWay) return
      isUnderWay = false
      reply.removeListener('close', leave)
      this.#all -= 1
      if (isReader) this.#readers -= 1
    }
    reply.once('close', leave)
    return leave
  }
}

/** For every route of the library. */
export function limitInFlight(inFlight: InFlight): onRequestHookHandler {
  return (request, reply, done) => {
    const kind = kindOf(request)
    if (kind !== null) inFlight.enter(kind, reply.raw)
    done()
  }
}

/** Of a POST /v1/report. */
export function kindOfReport(headers: IncomingHttpHeaders): 'heartbeat' | 'report' {
  return Number(headers['content-length'] ?? Infinity) <= HEARTBEAT_BYTES_MAX ? 'heartbeat' : 'report'
}

function kindOf({ url, method }: FastifyRequest): Kind | null {
  const path = url.split('?', 1)[0]
  // Whoever asks whether the collector lives must not be told that it is busy.
  if (path === paths.healthy() || path === paths.ready()) return null
  if (method !== 'POST') return 'read'
  // Reports are counted at their own door.
  if (path === paths.report()) return null
  return path === paths.enroll() ? 'enroll' : 'read'
}

// How much is under way at once. When there is too much, what can best wait is refused first: new servers, then
// heartbeats that say "still here", readers, and only then reports that bring something. Refused before a body is read.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { paths } from '../../shared/protocol/paths.ts'
import { overloaded } from './overloaded.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Gives back the place among the requests under way: this one has nothing more to do but to wait. */
    leaveInFlight: () => void
  }
}

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

export function limitInFlight(app: FastifyInstance, limits: InFlightLimits): void {
  const count = { all: 0, readers: 0 }
  app.decorateRequest('leaveInFlight', leaveNothing)
  app.addHook('onRequest', (request, reply, done) => {
    const kind = kindOf(request)
    if (kind === null) return done()
    const isReader = kind === 'read'
    if (count.all >= limits[kind] || (isReader && count.readers >= limits.readers)) throw overloaded()
    count.all += 1
    if (isReader) count.readers += 1
    let isUnderWay = true
    request.leaveInFlight = () => {
      if (!isUnderWay) return
      isUnderWay = false
      reply.raw.removeListener('close', request.leaveInFlight)
      count.all -= 1
      if (isReader) count.readers -= 1
    }
    // Not onResponse: a client that goes away before its answer must give its place back, too.
    reply.raw.once('close', request.leaveInFlight)
    done()
  })
}

function leaveNothing(): void {
  // A request that is not counted.
}

function kindOf({ url, method, headers }: FastifyRequest): Kind | null {
  const path = url.split('?', 1)[0]
  // Whoever asks whether the collector lives must not be told that it is busy.
  if (path === paths.healthy() || path === paths.ready()) return null
  if (method === 'POST' && path === paths.report()) {
    return Number(headers['content-length'] ?? Infinity) <= HEARTBEAT_BYTES_MAX ? 'heartbeat' : 'report'
  }
  return method === 'POST' && path === paths.enroll() ? 'enroll' : 'read'
}

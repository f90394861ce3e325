// How much is under way at once. When there is too much, what can best wait is refused first: new servers, then readers,
// and only then reports, since a report that is late makes a server look silent. Refused before a body is read.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { paths } from '../../shared/protocol/paths.ts'
import { overloaded } from './overloaded.ts'

/** Requests under way, of all kinds together, from which on each kind is refused. */
export type InFlightLimits = { enroll: number; read: number; report: number }

/** Room for a fleet of 10,000 that comes back at once, and for nobody else meanwhile. */
export const IN_FLIGHT_LIMITS: InFlightLimits = { enroll: 1_000, read: 2_000, report: 12_000 }

export function limitInFlight(app: FastifyInstance, limits: InFlightLimits): void {
  let count = 0
  app.addHook('onRequest', (request, reply, done) => {
    const limit = limitOf(request, limits)
    if (limit === null) return done()
    if (count >= limit) throw overloaded()
    count += 1
    // Not onResponse: a client that goes away before its answer must give its place back, too.
    reply.raw.once('close', () => {
      count -= 1
    })
    done()
  })
}

function limitOf({ url, method }: FastifyRequest, limits: InFlightLimits): number | null {
  const path = url.split('?', 1)[0]
  // Whoever asks whether the collector lives must not be told that it is busy.
  if (path === paths.healthy() || path === paths.ready()) return null
  if (method === 'POST' && path === paths.report()) return limits.report
  return method === 'POST' && path === paths.enroll() ? limits.enroll : limits.read
}

// 404 for an address that does not exist, 405 with Allow for one that exists and does not answer the method.
// The HTTP library knows only the first, so the routes are remembered as they are added.
import type { FastifyInstance } from 'fastify'
import { ProblemError } from './problem.ts'

type KnownRoute = { segments: string[]; methods: string[] }

/** Must be called before any route is added. Refuses before a body is read: a wrong address has no media type to check. */
export function refuseUnknownRoutes(app: FastifyInstance): void {
  const known: KnownRoute[] = []
  app.addHook('onRoute', ({ url, method }) => {
    known.push({ segments: url.split('/'), methods: [method].flat() })
  })
  app.addHook('onRequest', (request, _reply, done) => {
    if (!request.is404) return done()
    const allowed = allowedMethods(known, request.url)
    if (allowed.length === 0) throw new ProblemError('not-found')
    throw new ProblemError('method-not-allowed', { headers: { allow: allowed.join(', ') } })
  })
}

function allowedMethods(known: readonly KnownRoute[], url: string): string[] {
  const path = url.split('?', 1)[0] ?? ''
  const segments = path.split('/')
  const methods = known.filter((route) => matches(route.segments, segments)).flatMap((route) => route.methods)
  return [...new Set(methods)].toSorted()
}

/** A pattern segment ":id" stands for any one segment. */
function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, at) => (part.startsWith(':') ? segments[at] !== '' : part === segments[at]))
  )
}

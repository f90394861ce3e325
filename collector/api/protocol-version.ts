// A report of a newer protocol need not fit our schema, so its version is looked at before anything else of it.
import type { preValidationHookHandler } from 'fastify'
import { PROTOCOL, PROTOCOL_OLDEST } from '../../shared/protocol/limits.ts'
import { ProblemError } from './problem.ts'

export const requireKnownProtocol: preValidationHookHandler = (request, _reply, done) => {
  refuseUnknownProtocol(request.body)
  done()
}

/** Throws ProblemError. */
export function refuseUnknownProtocol(body: unknown): void {
  if (body === undefined) throw new ProblemError('invalid-json', { detail: 'The body is missing.' })
  const { proto } = Object(body) as { proto?: unknown }
  if (typeof proto === 'number' && Number.isInteger(proto)) refuseUnknown(proto)
}

function refuseUnknown(proto: number): void {
  if (proto > PROTOCOL) {
    throw new ProblemError('protocol-too-new', {
      detail: `This collector speaks protocol ${PROTOCOL}: upgrade the collector first, then its agents.`,
      extensions: { highest: PROTOCOL },
    })
  }
  if (proto >= 1 && proto < PROTOCOL_OLDEST) {
    throw new ProblemError('protocol-too-old', {
      detail: `This collector accepts protocol ${PROTOCOL_OLDEST} and later: upgrade the agent.`,
      extensions: { lowest: PROTOCOL_OLDEST },
    })
  }
}

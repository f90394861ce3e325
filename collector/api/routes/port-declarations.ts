// GET and POST /api/v1/port-declarations, DELETE /api/v1/port-declarations/{id}: what operators know of a port that its
// host cannot see.
import {
  declarationKey,
  PORT_DECLARATION_MS_MAX,
  PORT_DECLARATIONS_MAX,
} from '../../../shared/judgement/port-declarations.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { declarePort, withdrawPort } from '../../actions/declare-port.ts'
import type { CollectorContext } from '../../context.ts'
import { splitDeclarationId, toPortDeclarationItems } from '../../views/operators-view.ts'
import { operatorOf } from '../actor.ts'
import type { Api } from '../api.ts'
import { readEnd } from '../end-of-time.ts'
import { requireRole } from '../guards.ts'
import { ProblemError } from '../problem.ts'
import { NO_PARAMETERS } from '../query-parameters.ts'
import { routePattern } from '../route-pattern.ts'
import { idParameter } from '../schemas/access.ts'
import {
  portDeclarationBody,
  portDeclarationGone,
  portDeclarationItem,
  portDeclarationList,
} from '../schemas/port-declaration.ts'

const querystring = NO_PARAMETERS

export function getPortDeclarations(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'GET',
    url: paths.portDeclarations(),
    schema: {
      summary: 'List what operators declare of ports, the first to end first',
      querystring,
      response: { 200: portDeclarationList },
    },
    onRequest: requireRole(ctx, 'operator'),
    handler: async (_request, reply) => {
      void reply.header('cache-control', 'no-store')
      const items = ctx.projection.inOrder().flatMap(toPortDeclarationItems)
      items.sort((a, b) => (a.until < b.until ? -1 : 1))
      return { items, nextCursor: null, total: items.length }
    },
  })
}

export function postPortDeclaration(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'POST',
    url: paths.portDeclarations(),
    schema: {
      summary: 'Declare who can reach a port of a server, until a moment and for a reason',
      description: 'What the host reports stays as it is. One that was declared for the same port before is replaced.',
      querystring,
      body: portDeclarationBody,
      response: { 200: portDeclarationItem },
      'x-problems': ['not-found'],
    },
    onRequest: requireRole(ctx, 'operator'),
    handler: async (request, reply) => {
      void reply.header('cache-control', 'no-store')
      const by = operatorOf(ctx, request)
      const { server, protocol, port, family = null, verdict } = request.body
      requireServer(ctx, server)
      const reason = request.body.reason.trim()
      if (reason === '') throw wrong('reason', 'must say something')
      const until = readEnd(request.body, by.at, PORT_DECLARATION_MS_MAX)
      const wish = { protocol, port, family, verdict, until, reason }
      const record = await declarePort(ctx, server, wish, by)
      if (record === null) throw wrong('port', `of one server at most ${PORT_DECLARATIONS_MAX} may be declared`)
      const made = toPortDeclarationItems(record).find(({ id }) => id.endsWith(`.${declarationKey(wish)}`))
      if (made === undefined) throw wrong('until', 'was over before it was stored')
      return made
    },
  })
}

export function deletePortDeclaration(app: Api, ctx: CollectorContext): void {
  app.route({
    method: 'DELETE',
    url: routePattern(paths.portDeclaration),
    schema: {
      summary: 'Take back what was declared of a port',
      params: idParameter,
      querystring,
      response: { 200: portDeclarationGone },
    },
    onRequest: requireRole(ctx, 'operator'),
    handler: async (request, reply) => {
      void reply.header('cache-control', 'no-store')
      const { id } = request.params
      const { serverId, port } = splitDeclarationId(id)
      const record = await withdrawPort(ctx, serverId, port, operatorOf(ctx, request))
      if (record === null) throw new ProblemError('not-found', { detail: 'Nothing is declared by this id.' })
      return { id, declared: false as const }
    },
  })
}

function requireServer(ctx: CollectorContext, id: string): void {
  const record = ctx.projection.get(id)
  if (record !== null && record.lifecycle !== 'removed') return
  throw new ProblemError('not-found', { detail: `No server has the id "${id}".` })
}

function wrong(field: string, detail: string): ProblemError {
  return new ProblemError('invalid-body', { errors: [{ pointer: `#/${field}`, detail }] })
}

// openapi.json, made from the routes as they are registered. What a route adds to its schema for it: `summary`, and
// `x-problems` for kinds of error that do not follow from its guard, its path and its body.
import swagger, { type FastifyDynamicSwaggerOptions, type SwaggerTransform } from '@fastify/swagger'
import type { RouteOptions } from 'fastify'
import type { ProblemKind } from '../../../shared/protocol/problems.ts'
import { PROBLEMS } from '../../../shared/protocol/problems.ts'
import { COLLECTOR_VERSION } from '../../version.ts'
import { accessOf } from '../access.ts'
import type { Api } from '../api.ts'
import { isUnchangedHook } from '../unchanged.ts'
import { describeAll, type Description } from './describe.ts'

declare module 'fastify' {
  interface FastifySchema {
    /** Kinds of problem this route answers with of its own accord. */
    'x-problems'?: readonly ProblemKind[]
  }
}

const bearer = (description: string) => ({ type: 'http', scheme: 'bearer', description }) as const
const cookie = (name: string, description: string) => ({ type: 'apiKey', in: 'cookie', name, description }) as const

const COMPONENTS = {
  securitySchemes: {
    token: bearer('An API token, ovdt_ID_SECRET'),
    session: cookie('__Host-overdue', 'A browser that is logged in'),
    sessionOnLoopback: cookie('overdue', 'The same over plain HTTP on loopback'),
    server: bearer("A server's credential, ovds_ID_SECRET"),
    joinKey: bearer('A join key, ovdj_ID_SECRET'),
  },
  schemas: {
    Problem: {
      type: 'object',
      description: 'RFC 9457. Programs compare kind.',
      required: ['type', 'title', 'status', 'kind', 'instance'],
      properties: {
        type: { type: 'string' },
        title: { type: 'string' },
        status: { type: 'integer' },
        kind: { type: 'string', enum: Object.keys(PROBLEMS) },
        detail: { type: 'string' },
        instance: { type: 'string', description: 'Id of the request; the log has it' },
        errors: {
          type: 'array',
          items: {
            type: 'object',
            required: ['pointer', 'detail'],
            properties: { pointer: { type: 'string' }, detail: { type: 'string' } },
          },
        },
      },
    },
  },
} as const

const OPTIONS = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Overdue',
      description: 'Which servers need a restart, which cannot wait, and why.',
      version: COLLECTOR_VERSION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    components: COMPONENTS,
  },
  convertConstToEnum: false,
  transform: (({ schema, url, route }) => ({ url, schema: withFacts(schema, route) })) satisfies SwaggerTransform,
  transformObject: (made: object) =>
    describeAll((made as { openapiObject: Description }).openapiObject) as unknown as object,
}

/** Routes registered after it are described by `app.swagger()`. */
export async function describeRoutes(app: Api): Promise<void> {
  await app.register(swagger, OPTIONS as unknown as FastifyDynamicSwaggerOptions)
}

function withFacts(schema: object, route: RouteOptions): Record<string, unknown> {
  return { ...schema, 'x-access': accessOf(route.onRequest), 'x-unchanged': isUnchangedHook(route.preHandler) }
}

// Composes the HTTP server without listening: tests inject requests into it, serve.ts listens.
import type { Readable } from 'node:stream'
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet'
import { fastify, LogController, type FastifyInstance, type FastifyRequest, type FastifyServerOptions } from 'fastify'
import { NAME_LENGTH_MAX } from '../shared/protocol/limits.ts'
import { BODY_BUDGET_BYTES, BodyBudget } from './api/body-budget.ts'
import { answerClientError, handleErrors, sendProblem } from './api/errors.ts'
import { createHttpServer, DEFAULT_TIMEOUTS, type HttpTimeouts } from './api/http-server.ts'
import { IN_FLIGHT_LIMITS, InFlight, type InFlightLimits, limitInFlight } from './api/in-flight.ts'
import { apiRoutes, DEFAULT_API_OPTIONS, type ApiOptions } from './api/index.ts'
import { knownHostCheck } from './api/known-hosts.ts'
import { queryValidatorFor } from './api/query-parameters.ts'
import { addressBehind } from './api/address-behind.ts'
import { readJsonBody, SMALL_BODY } from './api/read-body.ts'
import { replySerializer, type OnReplyMismatch } from './api/reply-serializer.ts'
import { ReportDoor } from './api/report-door.ts'
import { createRequestIds } from './api/request-ids.ts'
import { refuseUnknownRoutes } from './api/unknown-route.ts'
import { validatorFor } from './api/validation.ts'
import type { CollectorContext } from './context.ts'
import { dashboardRoutes } from './dashboard/routes.ts'
import { Metrics } from './metrics/metrics.ts'

export type ServerOptions = ApiOptions & {
  timeouts: HttpTimeouts
  bodyBudgetBytes: number
  inFlight: InFlightLimits
  /** A reply departs from its schema: logged, unless a test wants it to fail. */
  onReplyMismatch: OnReplyMismatch
}

/** The longest name of an application, each character of it percent-encoded as three bytes. Nothing else is as long. */
const PATH_PARAMETER_LENGTH_MAX = NAME_LENGTH_MAX * 9

/** What pages may load and do: their own files, and nothing that turns text into code. */
const CONTENT_SECURITY_POLICY = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
  'require-trusted-types-for': ["'script'"],
}

export function buildServer(ctx: CollectorContext, overrides: Partial<ServerOptions> = {}): FastifyInstance {
  const timeouts = overrides.timeouts ?? DEFAULT_TIMEOUTS
  const budget = new BodyBudget(overrides.bodyBudgetBytes ?? BODY_BUDGET_BYTES)
  const inFlight = new InFlight(overrides.inFlight ?? IN_FLIGHT_LIMITS)
  const metrics = new Metrics(ctx, ctx.config.metrics.perServer)
  const requireKnownHost = knownHostCheck(ctx.config)
  const newRequestId = createRequestIds()
  const door = new ReportDoor(ctx, {
    requireKnownHost,
    inFlight,
    budget,
    newRequestId,
    addressOf: addressBehind(ctx.config.trustedProxies),
    keepAliveMs: timeouts.keepAliveTimeoutMs,
    onAnswered: (result) => metrics.countReport(result),
  })
  const app = createApp(ctx, {
    timeouts,
    door,
    newRequestId,
    onReplyMismatch: overrides.onReplyMismatch ?? logMismatch(ctx),
  })
  app.addHook('preClose', async () => door.close())
  app.addHook('preClose', async () => metrics.close())
  app.decorateRequest('joinKey', null)
  app.decorateRequest('token', null)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (request: FastifyRequest, payload: Readable) =>
    readJsonBody(payload, request.headers, request.routeOptions.config.body ?? SMALL_BODY, budget),
  )
  handleErrors(app, ctx.log)
  app.addHook('onRequest', (request, _reply, done) => {
    requireKnownHost(request.headers.host)
    done()
  })
  app.addHook('onRequest', limitInFlight(inFlight))
  refuseUnknownRoutes(app)
  app.register(helmet, helmetOptions(ctx))
  app.register(apiRoutes(ctx, { ...DEFAULT_API_OPTIONS, ...overrides }, { door, metrics }))
  app.register(dashboardRoutes(ctx, overrides.artefactsFolder ?? null))
  return app
}

type AppParts = {
  timeouts: HttpTimeouts
  door: ReportDoor
  newRequestId: () => string
  onReplyMismatch: OnReplyMismatch
}

function createApp(
  ctx: CollectorContext,
  { timeouts, door, newRequestId, onReplyMismatch }: AppParts,
): FastifyInstance {
  return fastify({
    schemaController: { compilersFactory: compilers(onReplyMismatch) },
    serverFactory: (handler) =>
      createHttpServer(
        (request, reply) => (door.isFor(request) ? door.answer(request, reply) : handler(request, reply)),
        door.wirePorts(),
        ctx.config,
        timeouts,
      ),
    // The library's warnings; what it says at level info we say ourselves, with facts.
    loggerInstance: ctx.log.child({}, { level: 'warn' }),
    // One line per request would be ten a second from a quiet fleet; errors are logged where they are answered.
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (logger) => logger,
    genReqId: newRequestId,
    requestIdHeader: false,
    // Forwarded headers are anyone's claim unless a named proxy sent them.
    trustProxy: ctx.config.trustedProxies.length === 0 ? false : [...ctx.config.trustedProxies],
    routerOptions: { maxParamLength: PATH_PARAMETER_LENGTH_MAX },
    // While it stops, requests on open connections are answered as ever; the connections close after them.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => sendProblem(error, request, reply, ctx.log),
    clientErrorHandler: answerClientError,
  }) as unknown as FastifyInstance
}

type CompilersFactory = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>

/** Handed over with the options and not set later: a server that begins without loads the library's own, 50 ms for nothing. */
function compilers(onReplyMismatch: OnReplyMismatch): CompilersFactory {
  const validator = ({ schema, httpPart }: { schema: unknown; httpPart?: string }) =>
    httpPart === 'querystring' ? queryValidatorFor(schema) : validatorFor(schema as never)
  // The library's types know its own compilers only.
  return { buildValidator: () => validator as never, buildSerializer: () => replySerializer(onReplyMismatch) as never }
}

function helmetOptions(ctx: CollectorContext): FastifyHelmetOptions {
  return {
    contentSecurityPolicy: { useDefaults: false, directives: CONTENT_SECURITY_POLICY },
    // Promised for this host only, and only where HTTPS is really there: on plain loopback it would lock people out.
    strictTransportSecurity: ctx.config.tls === null ? false : { maxAge: 31_536_000, includeSubDomains: false },
    referrerPolicy: { policy: 'same-origin' },
  }
}

function logMismatch(ctx: CollectorContext): OnReplyMismatch {
  return (route, errors) => ctx.log.error({ route, errors }, 'a reply departs from its schema')
}

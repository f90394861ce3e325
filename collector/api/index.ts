// The whole API at a glance: one line per operation, nothing registered by side effect.
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import type { CollectorContext } from '../context.ts'
import type { Api } from './api.ts'
import { EventHub, PING_MS } from './event-hub.ts'
import { getEvents } from './routes/get-events.ts'
import { getHealthy } from './routes/get-healthy.ts'
import { getHistory } from './routes/get-history.ts'
import { getReady } from './routes/get-ready.ts'
import { getServer } from './routes/get-server.ts'
import { getServers } from './routes/get-servers.ts'
import { getSummary } from './routes/get-summary.ts'
import { ENROLL_RATES, postEnroll, type EnrollRates } from './routes/post-enroll.ts'
import { postReport } from './routes/post-report.ts'
import { postServerApproval } from './routes/post-server-approval.ts'

export type ApiOptions = { enrollRates: EnrollRates; eventPingMs: number }

export const DEFAULT_API_OPTIONS: ApiOptions = { enrollRates: ENROLL_RATES, eventPingMs: PING_MS }

export function apiRoutes(ctx: CollectorContext, options: ApiOptions): FastifyPluginAsync {
  return async (instance: FastifyInstance) => {
    const app: Api = instance.withTypeProvider<TypeBoxTypeProvider>()
    const events = new EventHub(ctx, options.eventPingMs)
    app.addHook('preClose', async () => events.close())
    // agents
    postEnroll(app, ctx, options.enrollRates)
    postReport(app, ctx)
    // readers
    getSummary(app, ctx)
    getServers(app, ctx)
    getServer(app, ctx)
    getHistory(app, ctx)
    getEvents(app, ctx, events)
    // operators
    postServerApproval(app, ctx)
    // anyone
    getHealthy(app)
    getReady(app, ctx)
  }
}

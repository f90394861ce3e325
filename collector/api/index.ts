// The whole API at a glance: one line per operation, nothing registered by side effect.
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import type { CollectorContext } from '../context.ts'
import { Metrics } from '../metrics/metrics.ts'
import type { Api } from './api.ts'
import { EventHub, PING_MS } from './event-hub.ts'
import { describeRoutes } from './openapi/plugin.ts'
import { deleteServer } from './routes/delete-server.ts'
import { getApplication } from './routes/get-application.ts'
import { getApplications } from './routes/get-applications.ts'
import { getAudit } from './routes/get-audit.ts'
import { getEvents } from './routes/get-events.ts'
import { getHealthy } from './routes/get-healthy.ts'
import { getHistory } from './routes/get-history.ts'
import { countReports, getMetrics } from './routes/get-metrics.ts'
import { getOpenapi } from './routes/get-openapi.ts'
import { getPolicy } from './routes/get-policy.ts'
import { getReady } from './routes/get-ready.ts'
import { getServer } from './routes/get-server.ts'
import { getServers } from './routes/get-servers.ts'
import { getServersCsv } from './routes/get-servers-csv.ts'
import { getSummary } from './routes/get-summary.ts'
import { deleteJoinKey, getJoinKeys, postJoinKey } from './routes/join-keys.ts'
import { ENROLL_RATES, postEnroll, type EnrollRates } from './routes/post-enroll.ts'
import { postReport } from './routes/post-report.ts'
import { postServerApproval } from './routes/post-server-approval.ts'
import { deleteApplicationPolicy, putApplicationPolicy, putPolicy } from './routes/put-policy.ts'
import { deleteToken, getTokens, postToken } from './routes/tokens.ts'

export type ApiOptions = { enrollRates: EnrollRates; eventPingMs: number }

export const DEFAULT_API_OPTIONS: ApiOptions = { enrollRates: ENROLL_RATES, eventPingMs: PING_MS }

export function apiRoutes(ctx: CollectorContext, options: ApiOptions): FastifyPluginAsync {
  return async (instance: FastifyInstance) => {
    const app: Api = instance.withTypeProvider<TypeBoxTypeProvider>()
    await describeRoutes(app)
    const events = new EventHub(ctx, options.eventPingMs)
    app.addHook('preClose', async () => events.close())
    const metrics = new Metrics(ctx, ctx.config.metrics.perServer)
    app.addHook('preClose', async () => metrics.close())
    countReports(app, metrics)
    // agents
    postEnroll(app, ctx, options.enrollRates)
    postReport(app, ctx)
    // readers
    getSummary(app, ctx)
    getServers(app, ctx)
    getServersCsv(app, ctx)
    getServer(app, ctx)
    getApplications(app, ctx)
    getApplication(app, ctx)
    getHistory(app, ctx)
    getEvents(app, ctx, events)
    getPolicy(app, ctx)
    getOpenapi(app, ctx)
    getMetrics(app, ctx, metrics)
    // operators
    postServerApproval(app, ctx)
    deleteServer(app, ctx)
    putPolicy(app, ctx)
    putApplicationPolicy(app, ctx)
    deleteApplicationPolicy(app, ctx)
    getJoinKeys(app, ctx)
    postJoinKey(app, ctx)
    deleteJoinKey(app, ctx)
    // admins
    getTokens(app, ctx)
    postToken(app, ctx)
    deleteToken(app, ctx)
    getAudit(app, ctx)
    // anyone
    getHealthy(app)
    getReady(app, ctx)
  }
}

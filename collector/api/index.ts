// The whole API at a glance: one line per operation, nothing registered by side effect.
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import { Artefacts } from '../artefacts.ts'
import type { CollectorContext } from '../context.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { RefreshDesk } from '../refresh/refresh-desk.ts'
import type { Api } from './api.ts'
import { EventHub, PING_MS } from './event-hub.ts'
import { describeRoutes } from './openapi/plugin.ts'
import type { ReportDoor } from './report-door.ts'
import { deleteServer } from './routes/delete-server.ts'
import { getAgentArtefact } from './routes/get-agent-artefact.ts'
import { getApplication } from './routes/get-application.ts'
import { getApplications } from './routes/get-applications.ts'
import { getAudit } from './routes/get-audit.ts'
import { getEvents } from './routes/get-events.ts'
import { getHealthy } from './routes/get-healthy.ts'
import { getHistory } from './routes/get-history.ts'
import { getInstall, getInstallChecksum } from './routes/get-install.ts'
import { getMetrics } from './routes/get-metrics.ts'
import { getOpenapi } from './routes/get-openapi.ts'
import { getPolicy } from './routes/get-policy.ts'
import { getReady } from './routes/get-ready.ts'
import { getServer } from './routes/get-server.ts'
import { getServers } from './routes/get-servers.ts'
import { getServersCsv } from './routes/get-servers-csv.ts'
import { getSummary } from './routes/get-summary.ts'
import { deleteJoinKey, getJoinKeys, postJoinKey } from './routes/join-keys.ts'
import { ENROLL_RATES, postEnroll, type EnrollRates } from './routes/post-enroll.ts'
import { deletePortDeclaration, getPortDeclarations, postPortDeclaration } from './routes/port-declarations.ts'
import { postRefresh } from './routes/post-refresh.ts'
import { postReport } from './routes/post-report.ts'
import { postServerApproval } from './routes/post-server-approval.ts'
import { deleteApplicationPolicy, putApplicationPolicy, putPolicy } from './routes/put-policy.ts'
import { deleteSnooze, getSnoozes, postSnooze } from './routes/snoozes.ts'
import { deleteToken, getTokens, postToken } from './routes/tokens.ts'

/** `artefactsFolder`: what hosts download; null: where the build leaves it. */
export type ApiOptions = { enrollRates: EnrollRates; eventPingMs: number; artefactsFolder: string | null }

export const DEFAULT_API_OPTIONS: ApiOptions = {
  enrollRates: ENROLL_RATES,
  eventPingMs: PING_MS,
  artefactsFolder: null,
}

export function apiRoutes(
  ctx: CollectorContext,
  options: ApiOptions,
  { door, metrics }: { door: ReportDoor; metrics: Metrics },
): FastifyPluginAsync {
  return async (instance: FastifyInstance) => {
    const app: Api = instance.withTypeProvider<TypeBoxTypeProvider>()
    await describeRoutes(app)
    const events = new EventHub(ctx, options.eventPingMs)
    app.addHook('preClose', async () => events.close())
    app.addHook('preClose', async () => ctx.polls.drain())
    const refreshes = new RefreshDesk({ ...ctx, connections: ctx.polls })
    app.addHook('preClose', async () => refreshes.close())
    // agents
    postEnroll(app, ctx, options.enrollRates)
    postReport(app, door)
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
    getSnoozes(app, ctx)
    postSnooze(app, ctx)
    deleteSnooze(app, ctx)
    getPortDeclarations(app, ctx)
    postPortDeclaration(app, ctx)
    deletePortDeclaration(app, ctx)
    postRefresh(app, ctx, refreshes, options.eventPingMs)
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
    const artefacts = new Artefacts(options.artefactsFolder)
    getInstall(app, artefacts)
    getInstallChecksum(app, artefacts)
    getAgentArtefact(app, artefacts)
  }
}

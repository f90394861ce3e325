// The whole dashboard at a glance: one line a page. Each route reads, shapes and renders.
import type { FastifyPluginCallback, FastifyRequest } from 'fastify'
import { compress } from '../api/compress.ts'
import { Artefacts } from '../artefacts.ts'
import { RestartLog } from '../changes/restart-log.ts'
import type { CollectorContext } from '../context.ts'
import { COLLECTOR_VERSION } from '../version.ts'
import { applicationRoutes } from './application-routes.ts'
import { loadAssets } from './assets.ts'
import { showErrorsAsPages } from './error-page.ts'
import { fleetRoutes } from './fleet-routes.ts'
import { helpRoutes } from './help/help-routes.ts'
import { historyRoutes } from './history-routes.ts'
import type { Shell } from './layout.ts'
import { loginRoutes } from './login-routes.ts'
import type { PageKit } from './page-kit.ts'
import { serverRoutes } from './server-routes.ts'
import { auditRoutes } from './settings/audit-routes.ts'
import { joinKeysRoutes } from './settings/join-keys-routes.ts'
import { policyRoutes } from './settings/policy-routes.ts'
import { tokensRoutes } from './settings/tokens-routes.ts'

/** `artefactsFolder`: what hosts download; null: where the build leaves it. */
export function dashboardRoutes(ctx: CollectorContext, artefactsFolder: string | null = null): FastifyPluginCallback {
  return (app, _options, done) => {
    const assets = loadAssets()
    const shellOf = (request?: FastifyRequest): Shell => ({
      assets: assets.urls,
      version: COLLECTOR_VERSION,
      now: ctx.clock.now(),
      promoted: ctx.projection.counts().promoted,
      role: request?.token?.role ?? null,
      isDemo: ctx.store.isDemo,
    })
    const restarts = new RestartLog(ctx.store, (err) =>
      ctx.log.error({ err }, 'restarts could not be read from history'),
    )
    const kit: PageKit = { ctx, shellOf, artefacts: new Artefacts(artefactsFolder), restarts }
    app.addHook('onSend', compress)
    app.addHook('onClose', (_app, isClosed) => {
      restarts.stop()
      isClosed()
    })
    showErrorsAsPages(app, ctx.log, shellOf)
    app.register(assets.routes)
    app.register(loginRoutes(ctx, shellOf))
    app.register(fleetRoutes(kit))
    app.register(applicationRoutes(kit))
    app.register(serverRoutes(kit))
    app.register(historyRoutes(kit))
    app.register(policyRoutes(kit))
    app.register(joinKeysRoutes(kit))
    app.register(tokensRoutes(kit))
    app.register(auditRoutes(kit))
    app.register(helpRoutes(kit))
    done()
  }
}

import { describe, expect, it } from 'vitest'
import { paths } from '../../shared/protocol/paths.ts'

describe('the URLs of the product', () => {
  it('are these, in one view', () => {
    const ID = 's0 /?'
    const all = Object.fromEntries(Object.entries(paths).map(([name, build]) => [name, build(ID)]))

    expect(all).toMatchInlineSnapshot(`
      {
        "agentArtefact": "/agent/s0%20%2F%3F",
        "application": "/api/v1/applications/s0%20%2F%3F",
        "applicationPage": "/apps/s0%20%2F%3F",
        "applicationPolicy": "/api/v1/policy/applications/s0%20%2F%3F",
        "applications": "/api/v1/applications",
        "asset": "/assets/s0%20%2F%3F",
        "audit": "/api/v1/audit",
        "auditPage": "/settings/audit",
        "enroll": "/v1/enroll",
        "events": "/api/v1/events",
        "fleetPage": "/",
        "healthy": "/-/healthy",
        "helpErrorsPage": "/help/errors",
        "helpPage": "/help",
        "history": "/api/v1/history",
        "historyPage": "/history",
        "install": "/install.sh",
        "installChecksum": "/install.sh.sha256",
        "joinKey": "/api/v1/join-keys/s0%20%2F%3F",
        "joinKeys": "/api/v1/join-keys",
        "joinKeysPage": "/settings/join-keys",
        "loginPage": "/login",
        "logout": "/logout",
        "metrics": "/metrics",
        "openapi": "/api/v1/openapi.json",
        "policy": "/api/v1/policy",
        "policyPage": "/settings/policy",
        "portDeclaration": "/api/v1/port-declarations/s0%20%2F%3F",
        "portDeclarations": "/api/v1/port-declarations",
        "ready": "/-/ready",
        "refresh": "/api/v1/refresh",
        "report": "/v1/report",
        "server": "/api/v1/servers/s0%20%2F%3F",
        "serverApproval": "/api/v1/servers/s0%20%2F%3F/approve",
        "serverPage": "/servers/s0%20%2F%3F",
        "servers": "/api/v1/servers",
        "serversCsv": "/api/v1/servers.csv",
        "settingsPage": "/settings",
        "snooze": "/api/v1/snoozes/s0%20%2F%3F",
        "snoozes": "/api/v1/snoozes",
        "summary": "/api/v1/summary",
        "token": "/api/v1/tokens/s0%20%2F%3F",
        "tokens": "/api/v1/tokens",
        "tokensPage": "/settings/tokens",
      }
    `)
  })
})

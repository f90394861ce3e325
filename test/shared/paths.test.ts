import { describe, expect, it } from 'vitest'
import { paths } from '../../shared/protocol/paths.ts'

describe('the URLs of the product', () => {
  it('are these, in one view', () => {
    const ID = 's0 /?'
    const all = Object.fromEntries(Object.entries(paths).map(([name, build]) => [name, build(ID)]))

    expect(all).toMatchInlineSnapshot(`
      {
        "asset": "/assets/s0%20%2F%3F",
        "enroll": "/v1/enroll",
        "events": "/api/v1/events",
        "fleetPage": "/",
        "healthy": "/-/healthy",
        "history": "/api/v1/history",
        "loginPage": "/login",
        "logout": "/logout",
        "ready": "/-/ready",
        "report": "/v1/report",
        "server": "/api/v1/servers/s0%20%2F%3F",
        "serverApproval": "/api/v1/servers/s0%20%2F%3F/approve",
        "serverPage": "/servers/s0%20%2F%3F",
        "servers": "/api/v1/servers",
        "summary": "/api/v1/summary",
      }
    `)
  })
})

// Every URL of the product, built in one place, so that a route, a link and a client cannot disagree.

export const paths = {
  enroll: () => '/v1/enroll',
  report: () => '/v1/report',
  summary: () => '/api/v1/summary',
  servers: () => '/api/v1/servers',
  server: (id: string) => `/api/v1/servers/${encodeURIComponent(id)}`,
  serverApproval: (id: string) => `/api/v1/servers/${encodeURIComponent(id)}/approve`,
  history: () => '/api/v1/history',
  events: () => '/api/v1/events',
  healthy: () => '/-/healthy',
  ready: () => '/-/ready',
  fleetPage: () => '/',
  serverPage: (id: string) => `/servers/${encodeURIComponent(id)}`,
  loginPage: () => '/login',
  logout: () => '/logout',
  asset: (name: string) => `/assets/${encodeURIComponent(name)}`,
} as const

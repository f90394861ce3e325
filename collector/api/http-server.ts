// The socket side: time limits and header limits that keep slow and greedy clients from holding what others need.
// Left to their defaults several of them are "no limit".
import http from 'node:http'
import https from 'node:https'

/** In ms. */
export type HttpTimeouts = {
  headersTimeoutMs: number
  requestTimeoutMs: number
  keepAliveTimeoutMs: number
  /** How often the first two are looked after. */
  connectionCheckMs: number
}

export const DEFAULT_TIMEOUTS: HttpTimeouts = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 20_000,
  // Longer than the 60 s between two heartbeats, so that agents keep their connection.
  keepAliveTimeoutMs: 75_000,
  connectionCheckMs: 1_000,
}

/** PEM texts. */
export type TlsFiles = { cert: string; key: string }

const HEADER_BYTES_MAX = 8 * 1024
/** Twice the agents we are built for: beyond that new connections are closed, and the ones there go on working. */
const CONNECTIONS_MAX = 20_000

export function createHttpServer(
  handler: http.RequestListener,
  tls: TlsFiles | null,
  timeouts: HttpTimeouts,
): http.Server {
  const options = {
    headersTimeout: timeouts.headersTimeoutMs,
    requestTimeout: timeouts.requestTimeoutMs,
    keepAliveTimeout: timeouts.keepAliveTimeoutMs,
    connectionsCheckingInterval: timeouts.connectionCheckMs,
    maxHeaderSize: HEADER_BYTES_MAX,
  }
  const server =
    tls === null
      ? http.createServer(options, handler)
      : https.createServer({ ...options, cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2' }, handler)
  server.maxConnections = CONNECTIONS_MAX
  return server
}

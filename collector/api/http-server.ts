// The socket side: limits of time, headers and connections that keep slow and greedy clients from holding what others
// need. Left to their defaults several of them are "no limit".
import { constants } from 'node:crypto'
import http from 'node:http'
import https from 'node:https'
import type { SecureContextOptions } from 'node:tls'
import { capConnections } from './connection-cap.ts'
import { readReports, type WirePorts } from './report-wire/report-wire.ts'
import { cutUnreadAnswers } from './unread-answers.ts'

/** In ms. */
export type HttpTimeouts = {
  headersTimeoutMs: number
  requestTimeoutMs: number
  keepAliveTimeoutMs: number
  /** How often the first two are looked after. */
  connectionCheckMs: number
  /** An answer that a client does not read any further is given up. */
  answerTimeoutMs: number
  /** A TLS handshake from the connection on; left alone, the runtime would wait two minutes for it. */
  handshakeTimeoutMs: number
}

export const DEFAULT_TIMEOUTS: HttpTimeouts = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 20_000,
  // Longer than the 60 s between two heartbeats, so that agents keep their connection.
  keepAliveTimeoutMs: 75_000,
  connectionCheckMs: 1_000,
  answerTimeoutMs: 15_000,
  // Ten thousand agents that come back at once take 20 s on two cores: given up sooner, each would begin anew.
  handshakeTimeoutMs: 30_000,
}

/** PEM texts. */
export type TlsPair = { cert: string; key: string }

export type ConnectionSettings = {
  tls: TlsPair | null
  limits: { connections: number; connectionsPerAddress: number }
  trustedProxies: readonly string[]
}

const HEADER_BYTES_MAX = 8 * 1024

/** `reports`: who answers them where they are read beside the HTTP library; `handler` has everything else. */
export function createHttpServer(
  handler: http.RequestListener,
  reports: WirePorts,
  { tls, limits, trustedProxies }: ConnectionSettings,
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
      : https.createServer({ ...options, ...tlsOptions(tls), handshakeTimeout: timeouts.handshakeTimeoutMs }, handler)
  server.maxConnections = limits.connections
  capConnections(server, limits.connectionsPerAddress, trustedProxies)
  cutUnreadAnswers(server, timeouts)
  readReports(server, tls === null ? 'connection' : 'secureConnection', reports, timeouts)
  return server
}

/** For a start and for each new certificate: TLS 1.2 and later, and no renegotiation, which costs us more than its client. */
export function tlsOptions({ cert, key }: TlsPair): SecureContextOptions {
  return { cert, key, minVersion: 'TLSv1.2', secureOptions: constants.SSL_OP_NO_RENEGOTIATION }
}

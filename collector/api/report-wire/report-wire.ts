// Reports are read from their connections here, and nothing else is: ten thousand agents wait for an answer as a rule, and
// the library's parser alone would keep 7 KB for each, its request and answer as much again (decision 98). A connection
// begins here, and becomes the library's with the first request that is not exactly what agents send.
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { type ConnectionPorts, ReportConnection } from './report-connection.ts'

export type WireTimes = {
  /** A connection that nothing comes on for so long is closed, ms. */
  keepAliveTimeoutMs: number
  /** How often all of them are looked at, ms. */
  connectionCheckMs: number
}

export type WirePorts = Pick<ConnectionPorts, 'answer' | 'mayBuffer' | 'giveBack'>

/** `event`: "connection", or over TLS "secureConnection": whatever the library listens to. */
export function readReports(
  server: Server,
  event: 'connection' | 'secureConnection',
  ports: WirePorts,
  times: WireTimes,
): void {
  const connections = new Set<ReportConnection>()
  const library = takeListener(server, event)
  const connectionPorts: ConnectionPorts = {
    ...ports,
    handOver: (socket) => library(socket),
    onGone: (connection) => connections.delete(connection),
  }
  server.on(event, (socket: Socket) => {
    // Refused already, by a limit that looked before us.
    if (!socket.destroyed) connections.add(new ReportConnection(socket, connectionPorts))
  })
  const look = setInterval(() => {
    for (const connection of connections) lookAt(connection, times)
  }, times.connectionCheckMs)
  look.unref()
  server.once('close', () => clearInterval(look))
  closeWith(server, connections)
}

/** Who is slow, or says nothing, is left to the library, which has times for that. */
function lookAt(connection: ReportConnection, { keepAliveTimeoutMs, connectionCheckMs }: WireTimes): void {
  const ms = performance.now() - connection.since
  const { waiting } = connection
  if ((waiting === 'first' || waiting === 'rest') && ms >= connectionCheckMs) connection.handOver()
  else if (waiting === 'next' && ms >= keepAliveTimeoutMs) connection.closeIdle()
}

/** What the library does with a connection; it is called by us from now on. */
function takeListener(server: Server, event: 'connection' | 'secureConnection'): (socket: Socket) => void {
  const [listener] = server.listeners(event) as ((socket: Socket) => void)[]
  if (listener === undefined) throw new Error(`the HTTP server does not listen to "${event}"`)
  server.removeListener(event, listener)
  return (socket) => listener.call(server, socket)
}

/** The library closes connections that it knows. */
function closeWith(server: Server, connections: ReadonlySet<ReportConnection>): void {
  const closeIdle = server.closeIdleConnections.bind(server)
  const closeAll = server.closeAllConnections.bind(server)
  server.closeIdleConnections = () => {
    closeIdle()
    for (const connection of connections) connection.closeIdle()
  }
  server.closeAllConnections = () => {
    closeAll()
    for (const connection of connections) connection.destroy()
  }
}

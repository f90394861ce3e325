// A connection through an HTTP proxy (RFC 9110 section 9.3.6): CONNECT, then TLS with the collector itself inside. The
// proxy sees which host is asked for and nothing else.
import connector from 'undici/lib/core/connect.js'
import Client from 'undici/lib/dispatcher/client.js'
import type { buildConnector } from 'undici'
import type { Duplex } from 'node:stream'
import type { Proxy } from './proxy.ts'

/** For undici's `connect`. `tls` are the options of a direct connection; `timeout` in ms. */
export function tunnelThrough(proxy: Proxy, tls: buildConnector.BuildOptions): buildConnector.connector {
  const secure = connector({ allowH2: false, ...tls })
  const open = async (options: buildConnector.Options, callback: buildConnector.Callback): Promise<void> => {
    const { hostname, port } = options
    const host = hostname.includes(':') ? `[${hostname}]` : hostname
    try {
      const socket = await openTunnel(proxy, `${host}:${port === '' ? '443' : port}`, tls.timeout ?? 0)
      secure({ ...options, httpSocket: socket as never }, callback)
    } catch (error) {
      callback(error as Error, null)
    }
  }
  return (options, callback) => void open(options, callback)
}

function openTunnel({ origin, authorization }: Proxy, target: string, timeoutMs: number): Promise<Duplex> {
  const proxyClient = new Client(origin, {
    allowH2: false,
    headersTimeout: timeoutMs,
    connect: { timeout: timeoutMs },
  })
  const headers = { host: target, ...(authorization === null ? {} : { 'proxy-authorization': authorization }) }
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>()
  const refuse = (why: string): void => reject(new Error(`the proxy ${new URL(origin).host} ${why}`))
  proxyClient.dispatch(
    { method: 'CONNECT', path: target, headers },
    {
      onRequestStart: () => undefined,
      onRequestUpgrade(_controller, status, _headers, socket) {
        if (status >= 200 && status < 300) return resolve(socket)
        socket.on('error', () => undefined).destroy()
        refuse(`refused the connection: ${status}${status === 407 ? ' (user and password are needed)' : ''}`)
      },
      onResponseError: (_controller, error) => refuse(`cannot be used: ${error.message}`),
    },
  )
  // The tunnel has its own life; what is left of the client is closed in any case.
  return promise.finally(() => void proxyClient.destroy().catch(() => undefined))
}

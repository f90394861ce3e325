// Who is at the other end of a connection. Forwarded headers are anyone's claim unless a named proxy sent them; the package
// that the HTTP library reads them with does it here for what the library does not see.
import type { IncomingMessage } from 'node:http'
import proxyAddr from '@fastify/proxy-addr'
import type { ReportRequest } from './report-exchange.ts'

/** `trustedProxies`: addresses and blocks; what one of them says of the address before it is believed. */
export function addressBehind(trustedProxies: readonly string[]): (request: ReportRequest) => string {
  const isTrusted = proxyAddr.compile([...trustedProxies])
  // It reads the headers and the address of the socket.
  return (request) => proxyAddr(request as IncomingMessage, isTrusted)
}

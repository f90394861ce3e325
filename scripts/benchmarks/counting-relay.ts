// A relay on loopback that ends TLS and counts the HTTP bytes that pass, in both directions.
import { readFileSync } from 'node:fs'
import { connect, type AddressInfo } from 'node:net'
import { createServer } from 'node:tls'
import type { Certificate } from './certificate.ts'

export type CountingRelay = { port: number; bytes(): number; close(): void }

export async function countingRelay(targetPort: number, certificate: Certificate): Promise<CountingRelay> {
  let bytes = 0
  const server = createServer(
    { cert: readFileSync(certificate.certFile), key: readFileSync(certificate.keyFile) },
    (client) => {
      const target = connect(targetPort, '127.0.0.1')
      for (const [from, to] of [
        [client, target],
        [target, client],
      ] as const) {
        from.on('data', (chunk) => (bytes += chunk.length))
        from.on('error', () => to.destroy())
        from.pipe(to)
      }
    },
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, bytes: () => bytes, close: () => server.close() }
}

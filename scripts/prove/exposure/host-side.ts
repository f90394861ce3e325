// Inside the host's namespace: listens, and scans when asked, as the agent does.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { scanFirewall } from '../../../agent/commands/scan-firewall.ts'
import { createLinuxHost } from '../../../agent/host/linux-host.ts'
import { systemClock } from '../../../shared/clock.ts'
import { answerLines } from './helper.ts'

const BACKLOG = 4096
const TCP = [
  ...[22, 80, 443, 3306, 8080, 8443, 9090].map((port) => ({ port, host: '::', ipv6Only: false })),
  { port: 5432, host: '0.0.0.0', ipv6Only: false },
  { port: 7000, host: '::', ipv6Only: true },
  { port: 6379, host: '127.0.0.1', ipv6Only: false },
  { port: 8500, host: '10.9.0.10', ipv6Only: false },
  { port: 9200, host: '203.0.114.10', ipv6Only: false },
]
const UDP = [
  { port: 53, type: 'udp6' as const },
  { port: 123, type: 'udp4' as const },
]

async function listen(): Promise<void> {
  for (const where of TCP) {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy())
      socket.end()
    })
    server.listen({ ...where, backlog: BACKLOG })
    await once(server, 'listening')
  }
  for (const { port, type } of UDP) {
    const socket = createSocket(type)
    socket.on('message', (message, from) => socket.send(message, from.port, from.address, () => undefined))
    socket.bind(port)
    await once(socket, 'listening')
  }
}

const host = createLinuxHost({ root: '/', clock: systemClock })
await listen()
await answerLines(() => scanFirewall(host))
process.exit()

// No single address may take all connections. Counted as they are accepted, before TLS and before any byte is read.
import { BlockList, isIPv6, type Server, type Socket } from 'node:net'

/** Proxies stand for many, and this machine is not the enemy: neither is counted. */
export function capConnections(server: Server, perAddress: number, trustedProxies: readonly string[]): void {
  const exempt = addressesIn(['127.0.0.0/8', '::1', ...trustedProxies])
  const open = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress
    // Gone already.
    if (address === undefined) return
    if (isIn(exempt, address)) return
    const count = (open.get(address) ?? 0) + 1
    if (count > perAddress) {
      socket.destroy()
      return
    }
    open.set(address, count)
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1
      if (left === 0) open.delete(address)
      else open.set(address, left)
    })
  })
}

/** `cidrs`: blocks or single addresses, as the settings checked them. */
function addressesIn(cidrs: readonly string[]): BlockList {
  const list = new BlockList()
  for (const cidr of cidrs) {
    const [address = '', prefix] = cidr.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return list
}

function isIn(list: BlockList, address: string): boolean {
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

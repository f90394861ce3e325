// Inside the outside's namespace: tries to connect from the addresses it is told.
import { createSocket } from 'node:dgram'
import { createConnection } from 'node:net'
import { execFileSync } from 'node:child_process'
import { answerLines } from './helper.ts'

export type Probe = { protocol: 'tcp' | 'udp'; address: string; port: number; source: string; timeoutMs: number }
export type OutsideQuestion = {
  addresses?: { add: readonly string[]; remove: readonly string[] }
  probes?: readonly Probe[]
}

function setAddresses({ add, remove }: { add: readonly string[]; remove: readonly string[] }): void {
  const line = (verb: string, address: string) =>
    `address ${verb} ${address}/${address.includes(':') ? '128' : '32'} dev lo${verb === 'add' && address.includes(':') ? ' nodad' : ''}\n`
  const input = [...remove.map((one) => line('del', one)), ...add.map((one) => line('add', one))].join('')
  execFileSync('ip', ['-batch', '-'], { input, stdio: ['pipe', 'ignore', 'inherit'] })
}

/** Did anything answer? A refusal is no answer. */
function probe({ protocol, address, port, source, timeoutMs }: Probe): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => resolve(false), timeoutMs)
  const done = (answered: boolean) => {
    clearTimeout(timer)
    resolve(answered)
  }
  if (protocol === 'tcp') {
    const socket = createConnection({ host: address, port, localAddress: source })
    socket.on('connect', () => done(true))
    socket.on('error', () => done(false))
    void promise.finally(() => socket.resetAndDestroy())
  } else {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
    socket.on('message', () => done(true))
    socket.on('error', () => done(false))
    socket.bind(0, source, () => socket.send('x', port, address, () => undefined))
    void promise.finally(() => socket.close())
  }
  return promise
}

await answerLines(async (question) => {
  const { addresses, probes = [] } = question as OutsideQuestion
  if (addresses !== undefined) setAddresses(addresses)
  return await Promise.all(probes.map(probe))
})
process.exit()

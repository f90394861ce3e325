// The load generator, a process of its own. 64 kept connections send reports of all servers in rotation, each the next
// as soon as the last was answered, on bare sockets, so that as little as possible of the machine goes into asking.
// Arguments: url, file with the servers (LoadServer[]), seconds to measure, file for the ledger.
// After a warm-up of one rotation it measures, prints {"count", "seconds"} and goes on until the server goes away.
// Then it writes the ledger: the highest number acknowledged for each server.
import { readFileSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { type LoadServer, reportBody } from './report-bodies.ts'

const CONNECTIONS = 64

const [url = '', serversFile = '', seconds = '', ledgerFile = ''] = process.argv.slice(2)
const target = new URL(url)
const servers = JSON.parse(readFileSync(serversFile, 'utf8')) as LoadServer[]
const ledger = new Map<string, number>()
let acknowledged = 0
let openConnections = CONNECTIONS
let window: { startedAt: number; count: number } | null = null

for (let first = 0; first < CONNECTIONS; first++) drive(first)

/** One connection: the servers whose index is `first` modulo the number of connections, round after round. */
function drive(first: number): void {
  const socket = connect(Number(target.port), target.hostname)
  socket.setNoDelay(true)
  let index = first
  let seq = 1
  const send = () => {
    const server = servers[index]
    if (server !== undefined) sendReport(socket, server, seq)
  }
  onEachAnswer(socket, () => {
    const server = servers[index]
    if (server !== undefined) ledger.set(server.id, seq)
    countAnswer()
    index += CONNECTIONS
    if (index >= servers.length) {
      index = first
      seq += 1
    }
    send()
  })
  socket.on('connect', send)
  // The server is killed while we talk to it: that is how the run ends.
  socket.on('error', () => {})
  socket.on('close', () => {
    openConnections -= 1
    if (openConnections === 0) writeFileSync(ledgerFile, JSON.stringify([...ledger]))
  })
}

function sendReport(socket: Socket, { authorization }: LoadServer, seq: number): void {
  const body = reportBody(seq)
  socket.write(
    `POST /v1/report HTTP/1.1\r\nHost: ${target.host}\r\nAuthorization: ${authorization}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
}

/** Answers come one at a time, because the next report is sent after the last answer. */
function onEachAnswer(socket: Socket, listener: () => void): void {
  let text = ''
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    text += chunk
    const head = text.indexOf('\r\n\r\n')
    if (head === -1) return
    const length = /content-length: (\d+)/i.exec(text.slice(0, head))?.[1]
    if (text.length < head + 4 + Number(length ?? 0)) return
    if (!text.startsWith('HTTP/1.1 200')) throw new Error(`not acknowledged: ${text}`)
    text = ''
    listener()
  })
}

function countAnswer(): void {
  acknowledged += 1
  if (acknowledged === servers.length) window = { startedAt: performance.now(), count: acknowledged }
  if (window === null) return
  const elapsed = (performance.now() - window.startedAt) / 1000
  if (elapsed < Number(seconds)) return
  console.log(JSON.stringify({ count: acknowledged - window.count, seconds: elapsed }))
  window = { startedAt: Infinity, count: 0 }
}

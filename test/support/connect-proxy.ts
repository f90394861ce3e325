// An HTTP proxy on one address of this machine that sends everything to one port of this machine, whatever name was asked for, and
// remembers what it saw.
import http, { type IncomingHttpHeaders } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'

export type SeenByProxy = { method: string; target: string; headers: IncomingHttpHeaders }

export class ConnectProxy {
  readonly seen: SeenByProxy[] = []
  /** What went through tunnels towards the collector, in the clear or not. */
  tunnelled = Buffer.alloc(0)
  /** "user:password"; null: everybody may. */
  credentials: string | null = null
  readonly #port: () => number
  readonly #address: string
  readonly #server: http.Server
  readonly #sockets = new Set<Socket>()

  /** `address`: where it listens, and where the port is that it sends everything to. */
  constructor(port: () => number, address = '127.0.0.1') {
    this.#port = port
    this.#address = address
    this.#server = http.createServer((request, response) => this.#forward(request, response))
    this.#server.on('connect', (request: http.IncomingMessage, socket: Socket) => this.#tunnel(request, socket))
    this.#server.on('connection', (socket: Socket) => this.#sockets.add(socket.on('error', () => {})))
  }

  get host(): string {
    return `${this.#address}:${(this.#server.address() as AddressInfo).port}`
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, this.#address, resolve))
    return this
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #tunnel(request: http.IncomingMessage, socket: Socket): void {
    if (!this.#isAllowed(request)) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    const upstream = connect(this.#port(), this.#address, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.on('data', (bytes: Buffer) => (this.tunnelled = Buffer.concat([this.tunnelled, bytes])))
      socket.pipe(upstream).pipe(socket)
    })
    this.#sockets.add(upstream.on('error', () => socket.destroy()))
  }

  #forward(request: http.IncomingMessage, response: http.ServerResponse): void {
    if (!this.#isAllowed(request)) return void response.writeHead(407).end()
    const { pathname } = new URL(request.url ?? '')
    const { method, headers } = request
    const options = { port: this.#port(), host: this.#address, path: pathname, method, headers }
    const upstream = http.request({ ...options, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    request.pipe(upstream)
  }

  #isAllowed({ method = '', url: target = '', headers }: http.IncomingMessage): boolean {
    this.seen.push({ method, target, headers })
    const wanted = this.credentials === null ? null : `Basic ${Buffer.from(this.credentials).toString('base64')}`
    return wanted === null || headers['proxy-authorization'] === wanted
  }
}

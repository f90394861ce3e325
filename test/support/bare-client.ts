// An HTTP client without HTTP: what is sent and heard is bytes.
import { connect, type Socket } from 'node:net'
import { until } from './until.ts'

/** A client that sends what it likes and keeps what it hears. */
export class BareClient {
  heard = ''
  isClosed = false
  readonly socket: Socket
  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.socket.setEncoding('latin1')
    this.socket.on('data', (text: string) => (this.heard += text))
    this.socket.on('error', () => undefined)
    this.socket.on('close', () => (this.isClosed = true))
  }

  send(text: string): void {
    this.socket.write(text, 'latin1')
  }

  get statuses(): string[] {
    return Array.from(this.heard.matchAll(/HTTP\/1\.1 (\d{3}) /g), ([, status = '']) => status)
  }

  async answers(count: number): Promise<string[]> {
    await until(`${count} answers`, () => this.statuses.length >= count)
    return this.statuses
  }
}

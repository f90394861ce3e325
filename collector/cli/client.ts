// The collector's HTTP API as commands see it. Node's own client: it starts in a few milliseconds, takes an authority of
// one's own, and follows no redirect, so that the token goes nowhere else.
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { COLLECTOR_VERSION } from '../version.ts'
import { CliError, InterruptedError } from './cli-error.ts'
import { problemOf, unreachable } from './client-errors.ts'
import type { Connection } from './connection.ts'

/** Without a byte for this long the collector counts as unreachable. */
const SILENCE_MS_MAX = 30_000

export type Query = Readonly<Record<string, string | number | null | undefined>>
export type ApiRequest = {
  method?: string
  path: string
  query?: Query
  body?: string
  headers?: Readonly<Record<string, string>>
  silenceMsMax?: number
}
/** `at`: the collector's clock, epoch ms. Ages are told by it: the clock here may be wrong. */
export type Read<T> = { value: T; at: number; headers: IncomingMessage['headers'] }

export class Client {
  readonly url: string
  readonly #connection: Connection
  readonly #interrupted: AbortSignal
  readonly #agent: HttpAgent
  #wasReached = false

  constructor(connection: Connection, interrupted: AbortSignal) {
    this.url = connection.url
    this.#connection = connection
    this.#interrupted = interrupted
    const options = {
      keepAlive: true,
      proxyEnv: connection.environment,
      ...(connection.ca === null ? {} : { ca: connection.ca }),
    }
    this.#agent = connection.url.startsWith('https:') ? new HttpsAgent(options) : new HttpAgent(options)
  }

  /** It has answered before: if it does not now, it may do so again. */
  get wasReached(): boolean {
    return this.#wasReached
  }

  /** Parsed answer of a GET. Throws ProblemAnswer, UnreachableError, InterruptedError. */
  async read<T>(path: string, query: Query = {}): Promise<Read<T>> {
    return await this.send<T>({ path, query })
  }

  async send<T>(request: ApiRequest): Promise<Read<T>> {
    const response = await this.open(request)
    const body = await this.text(response)
    const at = Date.parse(response.headers.date ?? '')
    return { value: parsed(body, this.url) as T, at: Number.isNaN(at) ? Date.now() : at, headers: response.headers }
  }

  /** The answer as it comes; what is not 2xx is thrown as ProblemAnswer. */
  async open(request: ApiRequest): Promise<IncomingMessage> {
    const response = await this.#exchange(request)
    this.#wasReached = true
    const status = response.statusCode ?? 0
    if (status >= 200 && status < 300) return response
    throw problemOf(status, await this.text(response), this.url)
  }

  /** All of it. */
  async text(response: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = []
    for await (const chunk of this.chunks(response)) chunks.push(chunk)
    return Buffer.concat(chunks).toString('utf8')
  }

  /** Piece by piece. Throws UnreachableError when it breaks off. */
  async *chunks(response: IncomingMessage): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of response) yield chunk as Buffer
    } catch (error) {
      throw this.#failed(error)
    }
  }

  #exchange({
    method = 'GET',
    path,
    query = {},
    body,
    headers = {},
    silenceMsMax = SILENCE_MS_MAX,
  }: ApiRequest): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const send = this.url.startsWith('https:') ? httpsRequest : httpRequest
    const request = send(this.#address(path, query), {
      method,
      agent: this.#agent,
      signal: this.#interrupted,
      headers: {
        authorization: `Bearer ${this.#connection.token}`,
        'user-agent': `overdue/${COLLECTOR_VERSION}`,
        accept: 'application/json, application/problem+json;q=0.9, */*;q=0.5',
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
        ...headers,
      },
    })
    request.setTimeout(silenceMsMax, () => request.destroy(new Error(`no answer within ${silenceMsMax / 1_000} s`)))
    request.on('response', resolve)
    request.on('error', (error) => reject(this.#failed(error)))
    request.end(body)
    return promise
  }

  #address(path: string, query: Query): URL {
    const url = new URL(this.url + path)
    for (const [name, value] of Object.entries(query)) {
      if (value !== null && value !== undefined && value !== '') url.searchParams.append(name, String(value))
    }
    return url
  }

  #failed(error: unknown): Error {
    return this.#interrupted.aborted ? new InterruptedError() : unreachable(this.url, error)
  }
}

function parsed(body: string, url: string): unknown {
  try {
    return body === '' ? null : JSON.parse(body)
  } catch {
    throw new CliError(`${url} answered something that is not JSON. Is it an Overdue collector?`)
  }
}

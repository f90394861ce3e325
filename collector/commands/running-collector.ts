// The life of a collector. It starts bottom up and stops top down: first nobody new gets in, then what was heard goes to
// disk, then the store closes.
import type { AddressInfo } from 'node:net'
import type { Server as HttpsServer } from 'node:https'
import type { FastifyInstance } from 'fastify'
import { formatListenAddress, urlOf } from '../api/listen-address.ts'
import { followTlsFiles, type TlsReload } from '../api/tls-reload.ts'
import type { CollectorContext } from '../context.ts'
import { startContactFlusher } from '../ingest/contacts.ts'
import { buildServer } from '../server.ts'
import { startDayCounter } from '../sweep/day-counter.ts'
import { startForgetter } from '../sweep/forgetter.ts'
import { Sweeper } from '../sweep/sweeper.ts'
import { CommandError } from './command.ts'

/** systemd kills after 90 s, people after five; requests under way get this long. */
const FINISH_MS_MAX = 4_000

export type RunningCollector = {
  /** Where it really listens, or the public URL. */
  url: string
  /** Reads certificate and key again; without TLS there is nothing to read. */
  reload(): void
  stop(): Promise<void>
}

/** Throws CommandError when it cannot listen; the store is closed then. */
export async function startCollector(ctx: CollectorContext): Promise<RunningCollector> {
  const { log, store, projection } = ctx
  const sweeper = new Sweeper(ctx)
  const contacts = startContactFlusher(store, projection, (err) => log.error({ err }, 'last contacts were not saved'))
  const app = buildServer(ctx)
  const tls = followTls(app, ctx)
  const stopForgetting = startForgetter(ctx)
  const stopCounting = startDayCounter(ctx)
  const stop = async () => {
    tls?.stop()
    stopForgetting()
    stopCounting()
    await sweeper.stop()
    await closeServer(app)
    contacts.stop()
    store.close()
    log.info('stopped')
  }
  try {
    const url = await listen(app, ctx)
    sweeper.start()
    log.info({ url, servers: projection.size, dataDir: ctx.config.dataDir }, 'listening')
    return { url, reload: () => void tls?.reload(), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function listen(app: FastifyInstance, { config }: CollectorContext): Promise<string> {
  try {
    await app.listen(config.listen)
  } catch (error) {
    throw cannotListen(formatListenAddress(config.listen), error as NodeJS.ErrnoException)
  }
  const { port } = app.server.address() as AddressInfo
  return urlOf(config.tls === null ? 'http' : 'https', { host: config.listen.host, port })
}

function followTls(app: FastifyInstance, { config: { tls }, log }: CollectorContext): TlsReload | null {
  if (tls?.files === undefined) return null
  return followTlsFiles(app.server as unknown as HttpsServer, { files: tls.files, inUse: tls, log })
}

function cannotListen(address: string, error: NodeJS.ErrnoException): Error {
  const fixes: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another process listens there. Stop it, or choose another port (0 is any free one).',
    EACCES: 'this user may not use that port. Choose one above 1023.',
    EADDRNOTAVAIL: 'this machine does not have that address. Choose one that "ip address" shows.',
    ENOTFOUND: 'this name does not resolve. Write an address of this machine.',
  }
  const fix = fixes[error.code ?? '']
  if (fix === undefined) return error
  return new CommandError(`listen = "${address}": ${fix}`, { cause: error })
}

async function closeServer(app: FastifyInstance): Promise<void> {
  const impatience = setTimeout(() => app.server.closeAllConnections(), FINISH_MS_MAX)
  await app.close()
  clearTimeout(impatience)
}

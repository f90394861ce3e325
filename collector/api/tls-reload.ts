// Follows certificate and key while the collector runs, so that a renewal needs no restart. The files are read, not
// watched: renewals swap symbolic links, which a watch on the file does not see, and two small reads cost nothing.
// A pair that cannot be used never replaces one that can.
import { readFile } from 'node:fs/promises'
import type { Server as HttpsServer } from 'node:https'
import { createSecureContext } from 'node:tls'
import type { Logger } from 'pino'
import { tlsOptions, type TlsPair } from './http-server.ts'

const LOOK_MS = 10_000

export type TlsReload = {
  /** Looks now. Never rejects. */
  reload(): Promise<void>
  stop(): void
}

type Options = { files: { cert: string; key: string }; inUse: TlsPair; log: Logger; lookMs?: number }

export function followTlsFiles(server: Pick<HttpsServer, 'setSecureContext'>, options: Options): TlsReload {
  const { files, log } = options
  let inUse = textOf(options.inUse)
  /** Said already: a broken pair is reported once, not every few seconds. */
  let refused: string | null = null

  const look = async (): Promise<void> => {
    try {
      const pair = { cert: await readFile(files.cert, 'utf8'), key: await readFile(files.key, 'utf8') }
      if (textOf(pair) === inUse) {
        refused = null
        return
      }
      createSecureContext(tlsOptions(pair))
      server.setSecureContext(tlsOptions(pair))
      inUse = textOf(pair)
      refused = null
      log.info({ certFile: files.cert }, 'the new certificate is in use')
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      if (why !== refused) log.error({ ...files, why }, 'the new certificate cannot be used; the old one stays in use')
      refused = why
    }
  }

  let last: Promise<void> = Promise.resolve()
  const reload = () => (last = last.then(look))
  const timer = setInterval(() => void reload(), options.lookMs ?? LOOK_MS)
  timer.unref()
  return { reload, stop: () => clearInterval(timer) }
}

function textOf({ cert, key }: TlsPair): string {
  return `${cert}\n${key}`
}

// `demo`: a collector with an invented fleet, for trying, screenshots and benchmarks. Every page and summary says so.
import { existsSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../shared/clock.ts'
import { createToken } from '../access/tokens.ts'
import { loadConfig, type CollectorConfig } from '../config.ts'
import { createContext } from '../context.ts'
import { seedDemo } from '../demo/seed-demo.ts'
import { createLogger } from '../logger.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import { readFlags, settingFlags, text } from './arguments.ts'
import { answer, CommandError, UsageError, type Command, type Io } from './command.ts'
import { byCommandLine } from './open-store.ts'
import { startProgress } from './progress.ts'
import { startCollector } from './running-collector.ts'

const SERVERS_MAX = 200_000
const SERVERS_DEFAULT = '200'
/** Well before a server that beats once a minute is late. */
const KEEP_ALIVE_MS = 20_000

export const demo: Command = {
  help: `Examples
  overdue-collector demo
  overdue-collector demo --servers 10000 --listen 127.0.0.1:0
  overdue-collector demo --servers 100000 --seed-only --data-dir ./demo --json

Serves an invented fleet until Ctrl-C, in a data folder of its own that is emptied first: never in one with real servers.
Every page and summary says "Demo data". One server more waits for approval. Prints a token to log in with.

  --servers N      1 to ${SERVERS_MAX}  (default ${SERVERS_DEFAULT})
  --seed-only      write the folder and end
  --listen HOST:PORT   default 127.0.0.1:8480
  --data-dir DIR   default overdue/demo in the user's state home
  --json`,

  async run(args, io) {
    const flags = readFlags(args, {
      servers: { type: 'string' },
      'seed-only': { type: 'boolean' },
      listen: { type: 'string' },
      'data-dir': { type: 'string' },
      json: { type: 'boolean' },
    })
    const count = readCount(text(flags, 'servers') ?? SERVERS_DEFAULT)
    const dataDir = text(flags, 'data-dir') ?? defaultFolder(io)
    const config = loadConfig({ flags: { ...settingFlags(flags), dataDir }, environment: {}, file: null })
    emptyDemoFolder(dataDir)
    const { token, heard } = await seed(io, dataDir, count)
    const facts = { demo: true, dataDir, servers: count, token }
    if (flags['seed-only'] === true) {
      const note = `Demo data of ${count.toLocaleString('en')} servers is in ${dataDir}.`
      return answer(io, flags['json'] === true, { json: facts, out: token, note })
    }
    return await serve(io, config, heard, (url) => {
      const note = `Demo data of ${count.toLocaleString('en')} servers at ${url}. Log in with the token above; Ctrl-C ends it.`
      answer(io, flags['json'] === true, { json: { url, ...facts }, out: token, note })
    })
  },
}

function readCount(given: string): number {
  const count = /^\d{1,6}$/.test(given) ? Number(given) : 0
  if (count >= 1 && count <= SERVERS_MAX) return count
  throw new UsageError(`--servers ${given}: write a number from 1 to ${SERVERS_MAX}.`)
}

function defaultFolder({ environment }: Io): string {
  return join(environment['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'overdue', 'demo')
}

/** Only what a demo wrote is ever removed. */
function emptyDemoFolder(directory: string): void {
  const database = join(directory, 'overdue.db')
  if (!existsSync(database)) return
  // As the one that serves: a demo that runs keeps its folder.
  const store = openSqliteStore({ directory, clock: systemClock, mode: 'serve' })
  const { isDemo } = store
  store.close()
  if (!isDemo) throw new CommandError(`${directory} holds real servers: give the demo another --data-dir.`)
  for (const name of ['overdue.db', 'overdue.db-wal', 'overdue.db-shm', 'audit.log']) {
    rmSync(join(directory, name), { force: true })
  }
}

async function seed(io: Io, directory: string, count: number): Promise<{ token: string; heard: string[] }> {
  const store = openSqliteStore({ directory, clock: systemClock, mode: 'serve' })
  const progress = startProgress(io, 'Inventing servers')
  try {
    const now = systemClock.now()
    const heard = await seedDemo(store, count, now, (done, total) => progress.update(done, total))
    const { secret } = createToken(store, { role: 'admin', name: 'demo', ttlMs: null }, byCommandLine(now))
    return { token: secret, heard }
  } finally {
    progress.end()
    store.close()
  }
}

async function serve(
  io: Io,
  config: CollectorConfig,
  heard: readonly string[],
  onListening: (url: string) => void,
): Promise<number> {
  const ctx = createContext(config, { log: createLogger('warn') })
  const collector = await startCollector(ctx)
  const touch = () => heard.forEach((id) => ctx.projection.touch(id, systemClock.now()))
  touch()
  const timer = setInterval(touch, KEEP_ALIVE_MS)
  try {
    onListening(collector.url)
    return await io.stopped
  } finally {
    clearInterval(timer)
    await collector.stop()
  }
}

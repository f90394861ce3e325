// `serve`: the collector itself, until it is asked to stop.
import { createContext } from '../context.ts'
import { SETTINGS, type SettingKey } from '../config-settings.ts'
import { loadConfig, readConfigFile } from '../config.ts'
import { createLogger, LOG_LEVELS, type LogLevel } from '../logger.ts'
import { flagOf, readFlags, settingFlags, text } from './arguments.ts'
import { UsageError, type Command } from './command.ts'
import { writeReadyFile } from './ready-file.ts'
import { startCollector } from './running-collector.ts'

const HELP = `Examples
  overdue-collector serve
  overdue-collector serve --listen 127.0.0.1:0 --data-dir ./data --ready-file ./ready.json
  overdue-collector serve --config /etc/overdue/collector.toml

Takes reports, judges, and serves pages and API until SIGTERM or Ctrl-C. SIGHUP: reads the TLS files again.

  --config FILE          settings (default /etc/overdue/collector.toml, which may be missing)
  --listen HOST:PORT     default 127.0.0.1:8480; port 0 is any free one
  --public-url URL       how people and agents reach it
  --tls-cert-file FILE   certificate (PEM); with it --tls-key-file
  --tls-key-file FILE    its key
  --allow-plain-http     listen beyond this machine without TLS: only behind a proxy that does it
  --data-dir DIR         default /var/lib/overdue-collector
  --ready-file FILE      written as {"url"} once it listens
  --log-level LEVEL      ${['fatal', 'error', 'warn', 'info', 'debug'].join(', ')}

Every setting is also a variable: --data-dir is OVERDUE_DATA_DIR. Flags win over variables, variables over the file.`

const FLAGS = {
  config: { type: 'string' },
  'ready-file': { type: 'string' },
  'log-level': { type: 'string' },
  ...settingOptions(),
} as const

export const serve: Command = {
  help: HELP,
  async run(args, io) {
    const flags = readFlags(args, FLAGS)
    const file = readConfigFile(text(flags, 'config') ?? io.environment['OVERDUE_CONFIG'])
    const config = loadConfig({ flags: settingFlags(flags), environment: io.environment, file })
    const log = createLogger(logLevel(text(flags, 'log-level')))

    const collector = await startCollector(createContext(config, { log }))
    io.onReload?.(() => collector.reload())
    try {
      const readyFile = text(flags, 'ready-file')
      if (readyFile !== undefined) writeReadyFile(readyFile, { url: collector.url })
      return await io.stopped
    } finally {
      await collector.stop()
    }
  },
}

function logLevel(given: string | undefined): LogLevel {
  if (given === undefined) return 'info'
  const level = LOG_LEVELS.find((known) => known === given)
  if (level === undefined) throw new UsageError(`--log-level ${given} is not one of ${LOG_LEVELS.join(', ')}.`)
  return level
}

function settingOptions(): Record<string, { type: 'string' | 'boolean' }> {
  const options = Object.entries(SETTINGS).map(([key, { kind }]) => [
    flagOf(key as SettingKey),
    { type: kind === 'switch' ? 'boolean' : 'string' } as const,
  ])
  return Object.fromEntries(options)
}

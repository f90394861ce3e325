// `check-config`: would `serve` start with these settings?
import { urlOf } from '../api/listen-address.ts'
import { loadConfig, readConfigFile, DEFAULT_CONFIG_FILE } from '../config.ts'
import { readFlags, text } from './arguments.ts'
import { answer, type Command } from './command.ts'

export const checkConfig: Command = {
  help: `Examples
  overdue-collector check-config
  overdue-collector check-config --config ./collector.toml --json

Reads the settings as "serve" would and says what is wrong with them: key, value and fix; exit code 2.

  --config FILE  (default ${DEFAULT_CONFIG_FILE}, which may be missing)   --json`,

  async run(args, io) {
    const flags = readFlags(args, { config: { type: 'string' }, json: { type: 'boolean' } })
    const file = readConfigFile(text(flags, 'config') ?? io.environment['OVERDUE_CONFIG'])
    const { listen, publicUrl, tls, dataDir, policy } = loadConfig({ flags: {}, environment: io.environment, file })
    const url = urlOf(tls === null ? 'http' : 'https', listen)
    return answer(io, flags['json'] === true, {
      json: { file: file?.name ?? null, url, publicUrl, tls: tls !== null, dataDir, policy },
      out: `The settings are fine: ${url}, data in ${dataDir}, ${file === null ? 'no file' : `from ${file.name}`}.`,
    })
  },
}

// `check-config`: would `serve` start with these settings?
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { urlOf } from '../api/listen-address.ts'
import { loadConfig, readConfigFile, DEFAULT_CONFIG_FILE } from '../config.ts'
import { readChain } from '../store/audit-chain.ts'
import { readFlags, text } from './arguments.ts'
import { answer, CommandError, type Command } from './command.ts'

export const checkConfig: Command = {
  help: `Examples
  overdue-collector check-config
  overdue-collector check-config --config ./collector.toml --json

Reads the settings as "serve" would and says what is wrong with them: key, value and fix; exit code 2. Where audit.log is
there and may be read, each of its lines is checked, too; exit code 1 when one was changed or taken away.

  --config FILE  (default ${DEFAULT_CONFIG_FILE}, which may be missing)   --json`,

  async run(args, io) {
    const flags = readFlags(args, { config: { type: 'string' }, json: { type: 'boolean' } })
    const file = readConfigFile(text(flags, 'config') ?? io.environment['OVERDUE_CONFIG'])
    const { listen, publicUrl, tls, dataDir, policy } = loadConfig({ flags: {}, environment: io.environment, file })
    const url = urlOf(tls === null ? 'http' : 'https', listen)
    const auditLines = checkAudit(join(dataDir, 'audit.log'))
    return answer(io, flags['json'] === true, {
      json: { file: file?.name ?? null, url, publicUrl, tls: tls !== null, dataDir, policy, auditLines },
      out: `The settings are fine: ${url}, data in ${dataDir}, ${file === null ? 'no file' : `from ${file.name}`}.`,
    })
  },
}

/** Null where there is no file, or none that this user may read: serve will say. Throws CommandError. */
function checkAudit(file: string): number | null {
  let lines: string
  try {
    lines = readFileSync(file, 'utf8')
  } catch {
    return null
  }
  const { records, fault } = readChain(lines)
  if (fault === null) return records.length
  throw new CommandError(`${file}: line ${fault.line} ${fault.what}. Compare it with a copy to see what is missing.`)
}

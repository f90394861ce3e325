// `backup FILE`: the whole store in one file, while the collector serves.
import { resolve } from 'node:path'
import { loadConfig, readConfigFile } from '../config.ts'
import { backupStore } from '../store/sqlite-backup.ts'
import { readFlagsAndWord, settingFlags, STORE_FLAGS, text } from './arguments.ts'
import { answer, type Command } from './command.ts'

export const backup: Command = {
  help: `Examples
  overdue-collector backup /var/backups/overdue-$(date +%F).db
  overdue-collector backup nightly.db --force --json

Writes everything the collector knows to FILE while it serves: one moment of it, checked, readable by you alone. It holds
hashes of credentials, never credentials. audit.log beside the database is no part of it: copy it elsewhere as often as
you like, "restore" learns from it what was revoked after the backup.

  --force   replace FILE
  --data-dir DIR   --config FILE   --json`,

  async run(args, io) {
    const { word, flags } = readFlagsAndWord(args, { ...STORE_FLAGS, force: { type: 'boolean' } }, 'FILE')
    const config = readConfigFile(text(flags, 'config') ?? io.environment['OVERDUE_CONFIG'])
    const { dataDir } = loadConfig({ flags: settingFlags(flags), environment: io.environment, file: config })
    const made = backupStore({ directory: dataDir, file: resolve(word), force: flags['force'] === true })
    return answer(io, flags['json'] === true, {
      json: { file: made.file, bytes: made.bytes, servers: made.servers },
      note: `${made.file}: ${made.servers.toLocaleString('en')} servers, ${made.bytes.toLocaleString('en')} bytes, checked.`,
    })
  },
}

// `backup FILE`: the whole store in one file, while the collector serves.
import { resolve } from 'node:path'
import { loadConfig, readConfigFile } from '../config.ts'
import { backupStore, type Backup } from '../store/sqlite-backup.ts'
import { readFlagsAndWord, settingFlags, STORE_FLAGS, text } from './arguments.ts'
import { backupBeside } from './backup-beside.ts'
import { answer, EXIT, type Command, type Io } from './command.ts'

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
    const file = resolve(word)
    const isJson = flags['json'] === true
    if (io.redraw !== undefined && io.self !== undefined) {
      const command = [...io.self, 'backup', ...args, ...(isJson ? [] : ['--json'])]
      const ended = await backupBeside(io, { command, directory: dataDir, file })
      if (ended.code !== EXIT.done) {
        if (ended.stderr !== '') io.tell(ended.stderr.trimEnd())
        return ended.code
      }
      return told(io, isJson, JSON.parse(ended.stdout) as Made)
    }
    return told(io, isJson, backupStore({ directory: dataDir, file, force: flags['force'] === true }))
  },
}

type Made = Pick<Backup, 'file' | 'bytes' | 'servers'>

function told(io: Io, isJson: boolean, { file, bytes, servers }: Made): number {
  return answer(io, isJson, {
    json: { file, bytes, servers },
    note: `${file}: ${servers.toLocaleString('en')} servers, ${bytes.toLocaleString('en')} bytes, checked.`,
  })
}

// `restore FILE`: a backup takes the place of the store. Says what came back, what did not, and what to do now.
import { resolve } from 'node:path'
import { systemClock } from '../../shared/clock.ts'
import { loadConfig, readConfigFile } from '../config.ts'
import { removeServer } from '../ingest/remove-server.ts'
import type { AuditRecord } from '../store/records.ts'
import { restoreStore } from '../store/sqlite-restore.ts'
import type { Store } from '../store/store.ts'
import { readFlagsAndWord, settingFlags, STORE_FLAGS, text } from './arguments.ts'
import { answer, type Command } from './command.ts'

const ACTOR = 'command line'

export const restore: Command = {
  help: `Examples
  systemctl stop overdue-collector && overdue-collector restore /var/backups/overdue-2026-11-22.db
  overdue-collector restore nightly.db --data-dir ./data --json

Puts a backup in the place of the database; the collector must be stopped. The database that was there is kept beside it.
Agents send everything again at their next heartbeat. What was revoked after the backup stays revoked: audit.log in the
data folder knows. On a new machine, copy audit.log there first. All join keys are disabled: make new ones. Servers that
enrolled after the backup have to enrol again; tokens made since are gone.

  --without-audit-log   when audit.log is lost or damaged: what was revoked after the backup counts again
  --data-dir DIR   --config FILE   --json`,

  async run(args, io) {
    const options = { ...STORE_FLAGS, 'without-audit-log': { type: 'boolean' } } as const
    const { word, flags } = readFlagsAndWord(args, options, 'FILE')
    const config = readConfigFile(text(flags, 'config') ?? io.environment['OVERDUE_CONFIG'])
    const { dataDir } = loadConfig({ flags: settingFlags(flags), environment: io.environment, file: config })
    const withAuditLog = flags['without-audit-log'] !== true
    let serversRemoved = 0
    const done = await restoreStore({
      directory: dataDir,
      file: resolve(word),
      withAuditLog,
      clock: systemClock,
      finish: async (store, later) => {
        serversRemoved = await finishRestore(store, later, resolve(word))
      },
    })
    const enrolledSince = done.later.filter(({ action }) => action === 'server.enroll').length
    const { servers, joinKeysDisabled, tokensRevoked, formerDatabase } = done
    const { auditLines } = done
    const facts = {
      servers,
      auditLines,
      serversRemoved,
      tokensRevoked,
      joinKeysDisabled,
      enrolledSince,
      formerDatabase,
    }
    return answer(io, flags['json'] === true, {
      json: { file: resolve(word), ...facts },
      note: sentences(facts).join('\n'),
    })
  },
}

/** Removes again what was removed since the backup, and writes down that it was restored. Returns how many. */
export async function finishRestore(store: Store, later: readonly AuditRecord[], file: string): Promise<number> {
  const removals = later.filter(({ action }) => action === 'server.remove')
  return await store.transact((tx) => {
    const at = systemClock.now()
    const removed = removals.filter(({ subject }) => removeServer(tx, subject, { at, actor: ACTOR, cause: 'operator' }))
    const detail = { file, serversRemoved: removed.length, auditLines: later.length }
    tx.appendAudit({ at, actor: ACTOR, action: 'store.restore', subject: 'store', detail })
    return removed.length
  })
}

type Facts = {
  servers: number
  auditLines: number
  serversRemoved: number
  tokensRevoked: number
  joinKeysDisabled: number
  enrolledSince: number
  formerDatabase: string | null
}

function sentences(facts: Facts): string[] {
  const { servers, auditLines, serversRemoved, tokensRevoked, joinKeysDisabled, enrolledSince, formerDatabase } = facts
  return [
    `Restored ${servers.toLocaleString('en')} servers. Start the collector: agents send everything again.`,
    auditLines > 0
      ? `Revoked again: ${serversRemoved} servers, ${tokensRevoked} tokens.`
      : 'Without audit.log: whatever was revoked after the backup counts again. Revoke it by hand.',
    `${joinKeysDisabled} join keys are disabled: make new ones.`,
    ...(enrolledSince > 0 ? [`${enrolledSince} servers enrolled after the backup: they have to enrol again.`] : []),
    ...(formerDatabase === null ? [] : [`What was there before is ${formerDatabase}.`]),
  ]
}
